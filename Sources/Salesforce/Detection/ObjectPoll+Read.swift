import Domain
import Primitives

extension ObjectPoll {
    /// How one read of rows goes.
    struct Read: Sendable {
        enum Kind: Sendable {
            case baseline, window, bin, backfill
            /// What is about to leave the overlap is read once more, see <doc:TheOverlap>.
            case closing
            /// A part of a backlog, see <doc:LongBacklogs>.
            case backlog
        }
        var kind: Kind
        /// From where on; moves when a span is read in parts.
        var lower: Timestamp?
        /// As `lower` was at first.
        var from: Timestamp?
        /// Where it ends, exclusive; nil: with the newest row.
        var upper: Timestamp?
        /// A closing read takes one page at a poll once it is past this.
        var goesOnUntil: Timestamp?
        /// Server time that the cursor takes when the read is complete.
        var start: Timestamp
        var readsLog: Bool
        /// Up to here all rows were read; a new query goes on behind it.
        var position: ChangeQuery.Position?
        /// The row that came last.
        var last: ChangeQuery.Position?
        var rows: Int64 = 0
        var total: Int64?
        var pages = 0
        /// A backfill pauses after this many pages, so that one poll stays bounded; the next goes on.
        var pageLimit = 50
        /// All records that there were when the first run began, where they carry no creation date and are few.
        var firstIDs: Set<String>?
        var trail = PageTrail()
        /// Whether rows of the recycle bin are read as well.
        var includesDeleted = true

        /// Where a query of it goes on.
        var begin: Timestamp { position?.stamp ?? lower ?? ObjectPoll.dawn }

        init(
            _ kind: Kind,
            lower: Timestamp? = nil,
            start: Timestamp,
            readsLog: Bool,
            position: ChangeQuery.Position? = nil
        ) {
            self.kind = kind
            self.lower = lower
            self.from = lower
            self.start = start
            self.readsLog = readsLog
            self.position = position
            includesDeleted = kind != .backfill
        }
    }
}

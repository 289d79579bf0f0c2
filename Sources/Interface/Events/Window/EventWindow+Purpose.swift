import Domain
import Primitives

extension EventWindow {
    /// Why a page was asked for.
    enum Purpose: Sendable, Hashable {
        /// The newest rows.
        case tail
        /// The rows that are there, to see what became of their deliveries.
        case refresh
        case older
        case newer
        /// Whether there is anything new at all.
        case news
        /// The first rows of the log.
        case oldest
        /// A row and those before it.
        case around(Int64)
        /// The last row that was stored by a moment and those before it; where there is none, the first of the log.
        case before(Timestamp)
        /// The nearest row of a kind from the selection on.
        case search(RowSearch)
    }

    struct Load: Sendable, Hashable {
        let token: Int
        let purpose: Purpose
        let limit: Int
    }

    /// Looks whether a paused list has new events, where what is stored may be another instance's or not what the filter
    /// finds: one event at a time, once a second at most.
    struct News: Sendable {
        private static let pause: Int64 = 1000

        /// The newest event that was stored, as far as anybody told.
        private(set) var storedTo: Int64 = 0
        /// The same when the last page was asked for.
        private var askedTo: Int64 = 0
        /// Whether nothing was stored since the last page was asked for, as far as anybody told.
        var isCurrent: Bool { storedTo <= askedTo }
        /// Up to here nothing is new.
        private(set) var seenTo: Int64?
        private(set) var isWanted = false
        private(set) var notBefore = Timestamp.distantPast

        /// Events of any instance were stored; of those, it is to be seen whether the list has any.
        mutating func record(_ count: Int, upTo sequence: Int64, isWanted: Bool) {
            storedTo = max(storedTo, sequence)
            guard isWanted else { return }
            if seenTo == nil { seenTo = max(0, sequence.subtracting(saturating: Int64(count))) }
            self.isWanted = true
        }

        /// A page is being asked for.
        mutating func begin(_ purpose: Purpose, at now: Timestamp) {
            askedTo = storedTo
            guard purpose == .news else { return }
            isWanted = false
            notBefore = now.advanced(byMilliseconds: Self.pause)
        }

        /// The page had the newest there are, up to `newest`.
        mutating func see(upTo newest: Int64?) {
            let known = max(seenTo ?? 0, askedTo, newest ?? 0)
            if known > 0 { seenTo = known }
        }

        /// The page was all that was looked at, up to there.
        mutating func goOn(from reach: Int64) {
            seenTo = max(seenTo ?? 0, reach)
            isWanted = true
        }

        /// For a list of other events, of which nothing was seen yet.
        var forOthers: News {
            var news = News()
            news.storedTo = storedTo
            return news
        }

        mutating func retry() { isWanted = true }
        mutating func drop() { isWanted = false }
    }
}

import Domain
import Primitives
import Testing

/// What is known with a stamp that the org has not reached.
struct ReachedStampTests {
    private static let policy = ChangeDecision.Policy(
        baseline: Timestamp(seconds: 1000),
        reached: Timestamp(seconds: 5000)
    )

    private static func fields(_ name: String) -> RecordFields {
        RecordFields([.init(name: "Id", raw: "\"001\""), .init(name: "Name", raw: "\"\(name)\"")])
    }

    private static func decision(
        _ kind: Observation.Kind,
        _ name: String,
        at second: Int64,
        known: Int64,
        isDeleted: Bool = false
    ) -> ChangeDecision {
        let seen = Observation(
            kind: kind,
            object: "Account",
            recordID: "001",
            stamp: Timestamp(seconds: second),
            createdDate: Timestamp(seconds: 500),
            isDeleted: isDeleted,
            fields: kind == .deleteLog ? RecordFields() : fields(name)
        )
        let entry = LedgerEntry(
            stamp: Timestamp(seconds: known),
            isDeleted: false,
            fields: fields("A"),
            revision: 1
        )
        return ChangeDecision.make(seen, known: entry, policy: policy)
    }

    @Test func `A row that is ahead of the org is told once, and hides no true write, whenever that is read`() {
        func row(_ name: String, at second: Int64, asked: Int64, isDeleted: Bool = false) -> Observation {
            var seen = Observation(
                kind: .row,
                object: "Account",
                recordID: "001",
                stamp: Timestamp(seconds: second),
                createdDate: Timestamp(seconds: 500),
                isDeleted: isDeleted,
                fields: Self.fields(name)
            )
            seen.requestedAt = Timestamp(seconds: asked)
            return seen
        }
        func policy(_ reached: Int64) -> ChangeDecision.Policy {
            ChangeDecision.Policy(
                baseline: Timestamp(seconds: 1000),
                reportTouches: true,
                reached: Timestamp(seconds: reached)
            )
        }
        let known = LedgerEntry(
            stamp: Timestamp(seconds: 4000),
            isDeleted: false,
            fields: Self.fields("A"),
            revision: 1
        )
        // This machine's clock is far ahead as well.
        let told = ChangeDecision.make(row("B", at: 9000, asked: 90_000), known: known, policy: policy(5000))
        #expect(told.verdict == .event(.updated, isUndelete: false))
        #expect(told.entry?.stamp == known.stamp && told.entry?.guess == Timestamp(milliseconds: 89_999_999))
        let again = ChangeDecision.make(row("B", at: 9000, asked: 5060), known: told.entry, policy: policy(5060))
        #expect(again.verdict == .nothing && again.entry == nil)
        let other = ChangeDecision.make(row("C", at: 9001, asked: 5060), known: told.entry, policy: policy(5060))
        #expect(other.verdict == .event(.updated, isUndelete: false))
        // Its time has come: the same row tells nothing, an earlier write and a deletion do.
        let same = ChangeDecision.make(row("B", at: 9000, asked: 9500), known: told.entry, policy: policy(9500))
        #expect(same.verdict == .nothing)
        #expect(same.entry?.stamp == Timestamp(seconds: 9000) && same.entry?.guess == nil)
        let write = ChangeDecision.make(row("D", at: 5001, asked: 9500), known: told.entry, policy: policy(9500))
        #expect(write.verdict == .event(.updated, isUndelete: false))
        #expect(write.entry?.stamp == Timestamp(seconds: 5001) && write.entry?.guess == nil)
        var gone = row("", at: 5001, asked: 9500, isDeleted: true)
        gone.kind = .deleteLog
        gone.fields = RecordFields()
        let deleted = ChangeDecision.make(gone, known: told.entry, policy: policy(9500))
        #expect(deleted.verdict == .event(.deleted, isUndelete: false))
    }

    @Test func `A row from after a later stamp was told is what the record is now`() {
        func verdict(asked: Int64?, told: Int64?, isDeleted: Bool = false) -> ChangeDecision.Verdict {
            var seen = Observation(
                kind: .row,
                object: "Account",
                recordID: "001",
                stamp: Timestamp(seconds: 4000),
                createdDate: Timestamp(seconds: 500),
                isDeleted: isDeleted,
                fields: Self.fields("B")
            )
            seen.requestedAt = asked.map { Timestamp(seconds: $0) }
            let known = LedgerEntry(
                stamp: Timestamp(seconds: 9000),
                isDeleted: false,
                fields: Self.fields("A"),
                revision: 1
            )
            let toldAt = told.map { Timestamp(seconds: $0) }
            let policy = ChangeDecision.Policy(baseline: nil)
            return ChangeDecision.make(seen, known: known, toldAt: toldAt, policy: policy).verdict
        }
        #expect(verdict(asked: 12_000, told: 5000) == .event(.updated, isUndelete: false))
        #expect(verdict(asked: 12_000, told: 5000, isDeleted: true) == .event(.deleted, isUndelete: false))
        #expect(verdict(asked: 5059, told: 5000) == .nothing)
        #expect(verdict(asked: 4000, told: 5000) == .nothing)
        #expect(verdict(asked: 12_000, told: nil) == .nothing)
        #expect(verdict(asked: nil, told: 5000) == .nothing)
    }

    @Test func `The same content moves the stamp back and tells nothing`() {
        let same = Self.decision(.row, "A", at: 4000, known: 9000)
        #expect(same.verdict == .nothing)
        #expect(same.entry?.stamp == Timestamp(seconds: 4000))
    }

    @Test func `Another content is told though it has an earlier stamp`() {
        let other = Self.decision(.row, "B", at: 4000, known: 9000)
        #expect(other.verdict == .event(.updated, isUndelete: false))
        #expect(other.entry?.stamp == Timestamp(seconds: 4000))
    }

    @Test func `A deletion is told though it has an earlier stamp`() {
        let row = Self.decision(.row, "A", at: 4000, known: 9000, isDeleted: true)
        #expect(row.verdict == .event(.deleted, isUndelete: false))
        let entry = Self.decision(.deleteLog, "A", at: 4000, known: 9000, isDeleted: true)
        #expect(entry.verdict == .event(.deleted, isUndelete: false))
    }

    @Test func `What the org has reached stays newer than what comes late`() {
        let late = Self.decision(.row, "B", at: 4000, known: 4500)
        #expect(late.verdict == .nothing)
        #expect(late.entry == nil)
    }

    /// A webhook may be late; the org's rows tell what became of the record.
    @Test func `A webhook takes no stamp back`() {
        let post = Self.decision(.webhook(claimed: .updated, isUndelete: false), "B", at: 4000, known: 9000)
        #expect(post.verdict == .nothing)
    }
}

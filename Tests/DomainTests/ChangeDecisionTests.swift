import Domain
import Primitives
import TestSupport
import Testing

struct ChangeDecisionTests {
    static let baseline = Timestamp(seconds: 1000)

    static func fields(_ name: String) -> RecordFields {
        RecordFields([.init(name: "Id", raw: "\"001\""), .init(name: "Name", raw: "\"\(name)\"")])
    }

    static func seen(
        _ kind: Observation.Kind = .row,
        at second: Int64,
        name: String = "A",
        created: Int64? = 500,
        isDeleted: Bool = false
    ) -> Observation {
        Observation(
            kind: kind,
            object: "Account",
            recordID: "001",
            stamp: Timestamp(seconds: second),
            createdDate: created.map { Timestamp(seconds: $0) },
            isDeleted: isDeleted,
            fields: kind == .deleteLog ? RecordFields() : fields(name)
        )
    }

    static func known(at second: Int64, name: String? = "A", isDeleted: Bool = false) -> LedgerEntry {
        LedgerEntry(
            stamp: Timestamp(seconds: second),
            isDeleted: isDeleted,
            fields: name.map { fields($0) } ?? RecordFields(),
            revision: 4
        )
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let seen: Observation
        let known: LedgerEntry?
        var policy = ChangeDecision.Policy(baseline: ChangeDecisionTests.baseline)
        let verdict: ChangeDecision.Verdict
        var revision: Int64?

        var testDescription: String { name }
    }

    static let created = ChangeDecision.Verdict.event(.created, isUndelete: false)
    static let updated = ChangeDecision.Verdict.event(.updated, isUndelete: false)
    static let deleted = ChangeDecision.Verdict.event(.deleted, isUndelete: false)
    static let undeleted = ChangeDecision.Verdict.event(.updated, isUndelete: true)

    static let cases: [Case] = [
        Case(
            name: "made after the start",
            seen: seen(at: 2000, created: 1000),
            known: nil,
            verdict: created,
            revision: 1
        ),
        Case(name: "made before the start", seen: seen(at: 2000), known: nil, verdict: updated, revision: 1),
        Case(
            name: "no start is known",
            seen: seen(at: 2000),
            known: nil,
            policy: .init(baseline: nil),
            verdict: created,
            revision: 1
        ),
        Case(
            name: "a formula moved by itself",
            seen: seen(at: 2000, name: "B"),
            known: known(at: 2000),
            policy: .init(baseline: baseline, derivedFields: ["Name"]),
            verdict: .nothing
        ),
        Case(
            name: "unknown and gone",
            seen: seen(at: 2000, isDeleted: true),
            known: nil,
            verdict: deleted,
            revision: 1
        ),
        Case(
            name: "a webhook's update of a new record is its creation",
            seen: seen(.webhook(claimed: .updated, isUndelete: false), at: 2000, created: 1500),
            known: nil,
            verdict: created,
            revision: 1
        ),
        Case(
            name: "a webhook's update of a record that polls can't see and that was there is one",
            seen: seen(.webhook(claimed: .updated, isUndelete: false), at: 2000, created: 1500),
            known: nil,
            policy: .init(baseline: baseline, begun: Timestamp(seconds: 1501)),
            verdict: updated,
            revision: 1
        ),
        Case(
            name: "its undelete as well",
            seen: seen(.webhook(claimed: .updated, isUndelete: true), at: 2000, created: 1500),
            known: nil,
            policy: .init(baseline: baseline, begun: Timestamp(seconds: 1501)),
            verdict: undeleted,
            revision: 1
        ),
        Case(
            name: "a webhook's creation is one whenever it was",
            seen: seen(.webhook(claimed: .created, isUndelete: false), at: 2000, created: 1500),
            known: nil,
            policy: .init(baseline: baseline, begun: Timestamp(seconds: 1501)),
            verdict: created,
            revision: 1
        ),
        Case(
            name: "a webhook's update of a record made once the first run had begun is its creation",
            seen: seen(.webhook(claimed: .updated, isUndelete: false), at: 2000, created: 1501),
            known: nil,
            policy: .init(baseline: baseline, begun: Timestamp(seconds: 1501)),
            verdict: created,
            revision: 1
        ),
        Case(
            name: "a row that was not there in the first read is new",
            seen: seen(at: 2000, created: 1500),
            known: nil,
            policy: .init(baseline: baseline, begun: Timestamp(seconds: 1501)),
            verdict: created,
            revision: 1
        ),
        Case(
            name: "there before the org's clock was set back",
            seen: seen(at: 2000, created: 1999),
            known: nil,
            policy: .init(baseline: baseline, unreached: Timestamp(seconds: 1900)..<Timestamp(seconds: 2100)),
            verdict: .nothing,
            revision: 0
        ),
        Case(
            name: "made before the org's clock was set back and written since",
            seen: seen(at: 1800, created: 1999),
            known: nil,
            policy: .init(baseline: baseline, unreached: Timestamp(seconds: 1900)..<Timestamp(seconds: 2100)),
            verdict: updated,
            revision: 1
        ),
        Case(
            name: "made since the org's clock was set back",
            seen: seen(at: 1800, created: 1800),
            known: nil,
            policy: .init(baseline: baseline, unreached: Timestamp(seconds: 1900)..<Timestamp(seconds: 2100)),
            verdict: created,
            revision: 1
        ),
        Case(name: "the same again", seen: seen(at: 2000), known: known(at: 2000), verdict: .nothing),
        Case(name: "a touch", seen: seen(at: 2001), known: known(at: 2000), verdict: .nothing, revision: 4),
        Case(
            name: "a touch, wanted",
            seen: seen(at: 2001),
            known: known(at: 2000),
            policy: .init(baseline: nil, reportTouches: true),
            verdict: updated,
            revision: 5
        ),
        Case(name: "a change", seen: seen(at: 2001, name: "B"), known: known(at: 2000), verdict: updated, revision: 5),
        Case(
            name: "a second save in the same second",
            seen: seen(at: 2000, name: "B"),
            known: known(at: 2000),
            verdict: updated,
            revision: 5
        ),
        Case(
            name: "an older write that comes late",
            seen: seen(at: 1999, name: "B"),
            known: known(at: 2000),
            verdict: .nothing
        ),
        Case(
            name: "an equal stamp where only the id was known",
            seen: seen(at: 2000, name: "B"),
            known: known(at: 2000, name: nil),
            verdict: .nothing
        ),
        Case(
            name: "a deletion",
            seen: seen(at: 2001, isDeleted: true),
            known: known(at: 2000),
            verdict: deleted,
            revision: 5
        ),
        Case(
            name: "the delete log",
            seen: seen(.deleteLog, at: 2001, isDeleted: true),
            known: known(at: 2000),
            verdict: deleted,
            revision: 5
        ),
        Case(
            name: "a stale entry of the delete log",
            seen: seen(.deleteLog, at: 1999, isDeleted: true),
            known: known(at: 2000),
            verdict: .nothing
        ),
        Case(
            name: "deleted twice",
            seen: seen(at: 2005, isDeleted: true),
            known: known(at: 2000, isDeleted: true),
            verdict: .nothing,
            revision: 4
        ),
        Case(
            name: "back from the recycle bin",
            seen: seen(at: 2001),
            known: known(at: 2000, isDeleted: true),
            verdict: undeleted,
            revision: 5
        ),
        Case(
            name: "a row from before the deletion",
            seen: seen(at: 1999),
            known: known(at: 2000, isDeleted: true),
            verdict: .nothing
        ),
        Case(
            name: "an undelete within the second",
            seen: seen(.webhook(claimed: .updated, isUndelete: true), at: 2000),
            known: known(at: 2000, isDeleted: true),
            verdict: undeleted,
            revision: 5
        ),
        Case(
            name: "the creation told late, after an update of its second",
            seen: seen(.webhook(claimed: .created, isUndelete: false), at: 2000, name: "B", created: 2000),
            known: known(at: 2000),
            verdict: .nothing
        ),
        Case(
            name: "an update of the second of the creation",
            seen: seen(.webhook(claimed: .updated, isUndelete: false), at: 2000, name: "B", created: 2000),
            known: known(at: 2000),
            verdict: updated,
            revision: 5
        ),
        Case(
            name: "an update told late, after the deletion",
            seen: seen(.webhook(claimed: .updated, isUndelete: false), at: 2000),
            known: known(at: 2000, isDeleted: true),
            verdict: .nothing
        ),
    ]

    @Test("Each observation means what the ledger makes of it", arguments: cases + firstReadCases)
    func verdicts(test: Case) {
        let decision = ChangeDecision.make(test.seen, known: test.known, policy: test.policy)
        #expect(decision.verdict == test.verdict)
        #expect(decision.entry?.revision == test.revision)
        if let entry = decision.entry { #expect(entry.isDeleted == test.seen.isDeleted) }
        // What was taken in is nothing new the second time.
        if let entry = decision.entry {
            let again = ChangeDecision.make(test.seen, known: entry, policy: .init(baseline: Self.baseline))
            #expect(again.verdict == .nothing)
        }
    }

    @Test("A field that comes or goes with the field list is no change of the record")
    func fieldLists() {
        let known = Self.known(at: 2000)
        var wider = Self.seen(at: 2000)
        wider.fields.append("New__c", raw: "false")
        var narrower = Self.seen(at: 2001)
        narrower.fields = narrower.fields.without(["Name"])
        for seen in [wider, narrower] {
            let decision = ChangeDecision.make(seen, known: known, policy: .init(baseline: Self.baseline))
            #expect(decision.verdict == .nothing)
        }
    }

    @Test("The delete log leaves the last fields in the ledger")
    func deleteLogFields() {
        let decision = ChangeDecision.make(
            Self.seen(.deleteLog, at: 2001, isDeleted: true),
            known: Self.known(at: 2000),
            policy: .init(baseline: nil)
        )
        #expect(decision.entry?.fields == Self.fields("A"))
    }

    @Test("A webhook's deletion leaves in the ledger what it does not say, so that an undelete shows no change")
    func webhookDeletionFields() {
        var known = Self.known(at: 2000)
        known.fields.append("Industry", raw: "\"Shipping\"")
        let deletion = Self.seen(.webhook(claimed: .deleted, isUndelete: false), at: 2001, isDeleted: true)
        let deleted = ChangeDecision.make(deletion, known: known, policy: .init(baseline: nil))
        #expect(deleted.verdict == Self.deleted)
        #expect(deleted.entry?.fields["Industry"] == "\"Shipping\"")
        var row = Self.seen(at: 2002)
        row.fields = known.fields
        let back = ChangeDecision.make(row, known: deleted.entry, policy: .init(baseline: nil))
        #expect(back.verdict == Self.undeleted)
        #expect(back.changedFields.isEmpty)
    }

    @Test("A webhook that comes late within its second takes back nothing that it didn't change itself")
    func lateWithinTheSecond() {
        func seen(_ name: String, _ fax: String, after previous: (String, String)) -> Observation {
            func fields(_ name: String, _ fax: String) -> RecordFields {
                var fields = Self.fields(name)
                fields.append("Fax", raw: "\"\(fax)\"")
                return fields
            }
            var seen = Self.seen(.webhook(claimed: .updated, isUndelete: false), at: 2000)
            seen.fields = fields(name, fax)
            seen.previous = fields(previous.0, previous.1)
            return seen
        }
        let policy = ChangeDecision.Policy(baseline: nil)
        var known = Self.known(at: 1999)
        known.fields.append("Fax", raw: "\"1\"")
        let (first, second) = (seen("B", "1", after: ("A", "1")), seen("B", "2", after: ("B", "1")))
        let told = ChangeDecision.make(second, known: known, policy: policy)
        #expect(told.verdict == Self.updated)
        #expect(told.changedFields.map(\.name) == ["Name", "Fax"])
        #expect(ChangeDecision.make(first, known: told.entry, policy: policy).verdict == .nothing)
        // In their order both are news.
        let early = ChangeDecision.make(first, known: known, policy: policy)
        #expect(ChangeDecision.make(second, known: early.entry, policy: policy).verdict == Self.updated)
    }

    @Test("A row brings a deleted record back at an equal stamp where it was asked for after the deletion was received")
    func rowsFromBeforeTheDeletion() {
        let known = Self.known(at: 2000, isDeleted: true)
        func verdict(requested: Int64?, deleted: Int64?, stamp: Int64 = 2000) -> ChangeDecision.Verdict {
            var seen = Self.seen(at: stamp)
            seen.requestedAt = requested.map { Timestamp(seconds: $0) }
            let deletedAt = deleted.map { Timestamp(seconds: $0) }
            return ChangeDecision.make(seen, known: known, deletedAt: deletedAt, policy: .init(baseline: nil)).verdict
        }
        #expect(verdict(requested: 5000, deleted: 5001) == .nothing)
        #expect(verdict(requested: 5001, deleted: 5001) == .nothing)
        #expect(verdict(requested: 5002, deleted: 5001) == Self.undeleted)
        #expect(verdict(requested: nil, deleted: 5001) == Self.undeleted)
        #expect(verdict(requested: 5000, deleted: nil) == Self.undeleted)
        #expect(verdict(requested: 5000, deleted: 5001, stamp: 2001) == Self.undeleted)
    }
}

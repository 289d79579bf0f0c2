import Domain
import Primitives
import Testing

/// Where a webhook's record has no stamp, the moment of its receipt is a guess that no stamp of the org's is held against.
struct GuessedStampTests {
    /// Stamps of the org are about 2000; this machine's clock is an hour ahead of it, so that each guess looks newer.
    private static let ahead: Int64 = 3600

    private static func fields(_ name: String, _ more: [RecordFields.Field] = []) -> RecordFields {
        RecordFields([.init(name: "Id", raw: "\"001\""), .init(name: "Name", raw: "\"\(name)\"")] + more)
    }

    private static func row(
        at second: Int64,
        _ name: String,
        isDeleted: Bool = false,
        asked: Int64? = nil,
        more: [RecordFields.Field] = []
    ) -> Observation {
        var seen = Observation(
            kind: .row,
            object: "Account",
            recordID: "001",
            stamp: Timestamp(seconds: second),
            createdDate: Timestamp(seconds: 500),
            isDeleted: isDeleted,
            fields: fields(
                name,
                [.init(name: "LastModifiedDate", raw: "\"\(Timestamp(seconds: second).isoMilliseconds)\"")] + more
            )
        )
        seen.requestedAt = asked.map { Timestamp(seconds: $0 + ahead) }
        return seen
    }

    /// An entry of the delete log.
    private static func gone(at second: Int64, asked: Int64? = nil) -> Observation {
        var seen = row(at: second, "", isDeleted: true, asked: asked)
        seen.kind = .deleteLog
        seen.fields = RecordFields()
        return seen
    }

    /// With a stamp.
    private static func webhook(at second: Int64, _ name: String, _ claimed: Change = .updated) -> Observation {
        var seen = row(at: second, name, isDeleted: claimed == .deleted)
        seen.kind = .webhook(claimed: claimed, isUndelete: false)
        seen.fields = fields(name)
        return seen
    }

    /// Without one.
    private static func received(
        at second: Int64,
        _ name: String,
        _ claimed: Change = .updated,
        undelete: Bool = false
    ) -> Observation {
        var seen = webhook(at: second + ahead, name, claimed)
        seen.kind = .webhook(claimed: claimed, isUndelete: undelete)
        seen.guess = seen.stamp
        return seen
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// One after another, and what comes of each.
        let steps: [(Observation, String)]
        /// The org's last stamp that is known in the end, and whether the ledger still rests on a guess.
        let stamp: Int64
        let isGuessed: Bool

        init(_ name: String, _ steps: [(Observation, String)], stamp: Int64, isGuessed: Bool = false) {
            testDescription = name
            self.steps = steps
            self.stamp = stamp
            self.isGuessed = isGuessed
        }
    }

    private static let writes: [Case] = [
        Case(
            "the poll of the same save is no second update",
            [(row(at: 2000, "A"), "updated"), (received(at: 2012, "B"), "updated"), (row(at: 2010, "B"), "nothing")],
            stamp: 2010
        ),
        Case(
            "a webhook of the same save is none either",
            [
                (received(at: 2012, "B"), "updated"), (webhook(at: 2010, "B"), "nothing"),
                (row(at: 2010, "B"), "nothing"),
            ],
            stamp: 2010
        ),
        Case(
            "what was saved behind it is told by its older stamp",
            [
                (row(at: 2000, "A"), "updated"), (received(at: 2012, "B"), "updated"), (row(at: 2020, "C"), "updated"),
                (row(at: 2020, "C"), "nothing"), (row(at: 2030, "D"), "updated"),
            ],
            stamp: 2030
        ),
        Case(
            "a webhook that comes behind the poll of its save takes no stamp from it",
            [(row(at: 2010, "B"), "updated"), (received(at: 2012, "B"), "nothing"), (row(at: 2020, "C"), "updated")],
            stamp: 2020
        ),
        Case(
            "fields that the trigger left out are no change in the row of a record that it alone has told",
            [
                (received(at: 2012, "A", .created), "created"),
                (row(at: 2010, "A", more: [.init(name: "Fax", raw: "\"1\"")]), "nothing"),
                (row(at: 2020, "A", more: [.init(name: "Fax", raw: "\"2\"")]), "updated"),
            ],
            stamp: 2020
        ),
        Case(
            "fields that the trigger left out and the ledger knows are",
            [
                (row(at: 2000, "A", more: [.init(name: "Fax", raw: "\"1\"")]), "updated"),
                (received(at: 2012, "B"), "updated"),
                (row(at: 2010, "B", more: [.init(name: "Fax", raw: "\"2\"")]), "updated"),
            ],
            stamp: 2010
        ),
        Case(
            "what the org showed before the last stamp that is known stays old",
            [(row(at: 2000, "A"), "updated"), (received(at: 2012, "B"), "updated"), (row(at: 1990, "0"), "nothing")],
            stamp: 2000,
            isGuessed: true
        ),
        Case(
            "a row that was asked for before the receipt waits for another look",
            [
                (row(at: 2000, "A"), "updated"), (received(at: 2012, "B"), "updated"),
                (row(at: 2005, "0", asked: 2011), "nothing"), (row(at: 2000, "A", asked: 2012), "nothing"),
                (row(at: 2010, "B", asked: 2013), "nothing"),
            ],
            stamp: 2010
        ),
        Case(
            "one of the same save need not wait",
            [(received(at: 2012, "B"), "updated"), (row(at: 2010, "B", asked: 2011), "nothing")],
            stamp: 2010
        ),
        Case(
            "one that was asked for after this machine's clock was set back doesn't wait",
            [(received(at: 2012, "B"), "updated"), (row(at: 2020, "C", asked: -84_380), "updated")],
            stamp: 2020
        ),
        Case(
            "guesses follow each other in the order of receipt, though the clock was set back",
            [
                (received(at: 2012, "B"), "updated"), (received(at: 2013, "C"), "updated"),
                (received(at: 2013, "C"), "nothing"), (received(at: -3000, "D"), "updated"),
                (received(at: -2999, "E"), "updated"), (row(at: 2014, "E"), "nothing"),
            ],
            stamp: 2014
        ),
        Case(
            "what is received before a stamp of the org's by this machine's clock is older, as every webhook is",
            [(row(at: 8000, "B"), "updated"), (received(at: 2012, "A"), "nothing")],
            stamp: 8000
        ),
    ]

    private static let deletions: [Case] = [
        Case(
            "the log has the deletion that was received",
            [
                (row(at: 2000, "A"), "updated"), (received(at: 2012, "A", .deleted), "deleted"),
                (gone(at: 2010), "nothing"), (gone(at: 2010), "nothing"),
            ],
            stamp: 2010
        ),
        Case(
            "a deletion behind an update that was received is told by its older stamp",
            [(row(at: 2000, "A"), "updated"), (received(at: 2012, "B"), "updated"), (gone(at: 2020), "deleted")],
            stamp: 2020
        ),
        Case(
            "the log from before an undelete that was received deletes nothing",
            [
                (row(at: 2000, "A"), "updated"), (received(at: 2012, "A", .deleted), "deleted"),
                (received(at: 2015, "A", undelete: true), "undeleted"), (gone(at: 2010, asked: 2014), "nothing"),
                (row(at: 2013, "A", asked: 2016), "nothing"), (gone(at: 2010, asked: 2016), "nothing"),
            ],
            stamp: 2013
        ),
        Case(
            "a record that is shown after its deletion was received came back",
            [
                (row(at: 2000, "A"), "updated"), (received(at: 2012, "A", .deleted), "deleted"),
                (row(at: 2000, "A", asked: 2011), "nothing"), (row(at: 2020, "A", asked: 2021), "undeleted"),
            ],
            stamp: 2020
        ),
        Case(
            "an undelete that was received is the one of the row",
            [
                (row(at: 2000, "A"), "updated"), (gone(at: 2010), "deleted"),
                (received(at: 2015, "A", undelete: true), "undeleted"), (row(at: 2013, "A"), "nothing"),
            ],
            stamp: 2013
        ),
        Case(
            "an update that comes late doesn't bring a record back that the org shows as deleted",
            [(row(at: 2000, "A"), "updated"), (gone(at: 2010), "deleted"), (received(at: 2015, "B"), "nothing")],
            stamp: 2010
        ),
        Case(
            "nor does one with a stamp, where the deletion has none",
            [
                (row(at: 2000, "A"), "updated"), (received(at: 2012, "A", .deleted), "deleted"),
                (webhook(at: 2005, "B"), "nothing"),
            ],
            stamp: 2000,
            isGuessed: true
        ),
    ]

    @Test("Each order of guesses and stamps comes to what happened, each change once", arguments: writes + deletions)
    func orders(test: Case) {
        let policy = ChangeDecision.Policy(baseline: Timestamp(seconds: 1000))
        var known: LedgerEntry?
        for (index, (seen, expected)) in test.steps.enumerated() {
            let decision = ChangeDecision.make(seen, known: known, policy: policy)
            #expect(Self.word(decision.verdict) == expected, "step \(index)")
            known = decision.entry ?? known
        }
        #expect(known?.stamp == Timestamp(seconds: test.stamp))
        #expect((known?.guess != nil) == test.isGuessed)
    }

    private static func word(_ verdict: ChangeDecision.Verdict) -> String {
        switch verdict {
        case .nothing: "nothing"
        case .event(_, isUndelete: true): "undeleted"
        case .event(.created, _): "created"
        case .event(.updated, _): "updated"
        case .event(.deleted, _): "deleted"
        }
    }

    @Test("Before a stamp of the org's is known, the entry has none")
    func firstSight() {
        let policy = ChangeDecision.Policy(baseline: nil)
        let entry = ChangeDecision.make(Self.received(at: 2012, "A"), known: nil, policy: policy).entry
        #expect(entry?.stamp == .distantPast && entry?.guess == Timestamp(seconds: 2012 + Self.ahead))
        #expect(entry?.liveStamp == nil)
    }

    @Test("A guess is no touch, and what settles it is none")
    func touches() {
        let policy = ChangeDecision.Policy(baseline: Timestamp(seconds: 1000), reportTouches: true)
        func verdicts(_ seen: [Observation]) -> [String] {
            var known: LedgerEntry?
            return seen.map { one in
                let decision = ChangeDecision.make(one, known: known, policy: policy)
                known = decision.entry ?? known
                return Self.word(decision.verdict)
            }
        }
        let (row, received) = (Self.row(at: 2000, "A"), Self.received(at: 2012, "A"))
        #expect(verdicts([row, received, Self.row(at: 2010, "A")]) == ["updated", "nothing", "updated"])
        #expect(verdicts([received, Self.row(at: 2010, "A")]) == ["updated", "nothing"])
        // Where nothing but guesses comes, each receipt is of a write.
        #expect(verdicts([received, Self.received(at: 2013, "A")]) == ["updated", "updated"])
    }

    @Test("Only what is known to differ is among the changed fields")
    func changedFields() {
        let policy = ChangeDecision.Policy(baseline: Timestamp(seconds: 1000))
        let first = ChangeDecision.make(Self.received(at: 2012, "A"), known: nil, policy: policy)
        let row = Self.row(at: 2020, "B", more: [.init(name: "Fax", raw: "\"1\"")])
        let second = ChangeDecision.make(row, known: first.entry, policy: policy)
        #expect(second.changedFields == [FieldChange(name: "Name", old: "\"A\"", new: "\"B\"")])
        #expect(second.entry?.fields == row.fields)
    }

    @Test("A first read that was asked for before the receipt leaves what was received")
    func baselineReads() {
        let policy = ChangeDecision.Policy(baseline: Timestamp(seconds: 1000), isBaselineRead: true)
        let known = ChangeDecision.make(Self.received(at: 2012, "B"), known: nil, policy: .init(baseline: nil)).entry
        let before = ChangeDecision.make(Self.row(at: 2000, "A", asked: 2011), known: known, policy: policy)
        #expect(before.verdict == .nothing && before.entry == nil)
        let after = ChangeDecision.make(Self.row(at: 2010, "B", asked: 2013), known: known, policy: policy)
        #expect(after.verdict == .nothing && after.entry?.guess == nil)
        #expect(after.entry?.stamp == Timestamp(seconds: 2010))
    }
}

import Domain
import Primitives
import Salesforce
import Testing

struct WebhookNullTests {
    private static func body(record: String, previous: String) throws -> Observation {
        let text = #"{"operation":"update","object":"Account","records":[\#(record)],"previous":[\#(previous)]}"#
        let body = try WebhookBody.parse(Array(text.utf8))
        return try #require(body.observations(receivedAt: Timestamp(seconds: 1_800_000_000)).first)
    }

    private static let id = #""Id":"001000000000001AAA","SystemModstamp":"2026-11-23T18:00:05.000+0000""#

    private static func known(_ fields: String) throws -> LedgerEntry {
        LedgerEntry(
            stamp: try #require(Timestamp(parsing: "2026-11-23T18:00:05Z")),
            isDeleted: false,
            fields: try RecordFields(parsing: fields),
            revision: 1
        )
    }

    @Test func `a field that was emptied is a change, although Apex leaves it out`() throws {
        let seen = try Self.body(record: "{\(Self.id)}", previous: #"{\#(Self.id),"Rating":"Hot"}"#)
        #expect(seen.fields["Rating"] == "null")
        let known = try Self.known(#"{\#(Self.id),"Rating":"Hot"}"#)
        let decision = ChangeDecision.make(seen, known: known, policy: .init(baseline: nil))
        #expect(decision.verdict == .event(.updated, isUndelete: false))
        #expect(decision.changedFields.map(\.name) == ["Rating"])
    }

    @Test func `a field that was filled within the second of the last save is a change, once`() throws {
        let seen = try Self.body(record: #"{\#(Self.id),"Rating":"Hot"}"#, previous: "{\(Self.id)}")
        let known = try Self.known("{\(Self.id)}")
        let decision = ChangeDecision.make(seen, known: known, policy: .init(baseline: nil))
        #expect(decision.verdict == .event(.updated, isUndelete: false))
        let again = ChangeDecision.make(seen, known: decision.entry, policy: .init(baseline: nil))
        #expect(again.verdict == .nothing)
    }
}

import Domain
import Testing

/// Outbound Messages carry texts only; the ledger mostly knows the org's own types.
struct UntypedValuesTests {
    @Test(arguments: [
        ("1500.00", #""1500.0""#), ("5", #""5.0""#), ("true", #""true""#), ("false", #""false""#),
        (#""2026-11-23T18:00:00.000+0000""#, #""2026-11-23T18:00:00.000Z""#), (#""Acme""#, #""Acme""#),
        (#""\u00c4""#, #""Ä""#),
    ])
    func `what is spelled otherwise is no change, in either direction`(typed: String, text: String) {
        let known = RecordFields([.init(name: "F", raw: typed)])
        let heard = RecordFields([.init(name: "F", raw: text)])
        #expect(known.changes(to: heard, partial: true).isEmpty)
        #expect(heard.changes(to: known, partial: false).isEmpty)
        #expect(heard.spelled(like: known)["F"] == typed)
    }

    @Test(arguments: [
        ("5", #""6""#, "6"), ("true", #""false""#, "false"), ("5", #""five""#, #""five""#),
        (#""5""#, #""5.0""#, #""5.0""#), ("null", #""5""#, #""5""#),
    ])
    func `what differs is a change and keeps the type that the org has`(typed: String, text: String, spelled: String) {
        let known = RecordFields([.init(name: "F", raw: typed)])
        let heard = RecordFields([.init(name: "F", raw: text)])
        #expect(known.changes(to: heard, partial: true).count == 1)
        #expect(heard.spelled(like: known)["F"] == spelled)
    }
}

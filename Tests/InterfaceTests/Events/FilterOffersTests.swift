import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct FilterOffersTests {
    private func expect(_ found: Bool, _ wanted: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(found == wanted, sourceLocation: sourceLocation)
    }

    private static let known = FilterOffers.Known(
        objects: ["Account", "AccountContactRelation", "Contact"],
        fields: ["Email", "Title"],
        instances: ["production", "Test org"]
    )

    @Test(arguments: [
        ("", ["object:", "change:", "source:"]), ("st", ["state:", "status:"]), ("-st", ["state:", "status:"]),
        ("(ob", ["object:"]), ("a | ch", ["change:"]), ("change:", ["created", "updated", "deleted"]),
        ("change:u", ["updated"]), ("object:acc", ["Account", "AccountContactRelation"]),
        ("object:Contact,acc", ["Account", "AccountContactRelation"]), ("field:", ["Email", "Title"]),
        ("instance:t", []), ("instance:p", ["production"]), ("id:003", []), ("unknown:x", []), ("state:dead x", []),
        ("change:updated", []), ("replay:f", ["failed"]), ("STATE:de", ["delivered", "dead"]),
    ])
    func `what can stand at the end of a text`(text: String, expected: [String]) {
        let offers = FilterOffers(TextField(text), known: Self.known)
        #expect(Set(expected).isSubset(of: Set(offers.choices)))
        if !expected.isEmpty, !text.isEmpty { #expect(offers.choices.count == expected.count) }
        if expected.isEmpty { #expect(offers.choices.isEmpty) }
        #expect(offers.range.upperBound == text.count)
    }

    @Test func `the place of the cursor decides, not the end of the text`() {
        var field = TextField("sta object:Account")
        field.move(to: 3)
        let offers = FilterOffers(field, known: Self.known)
        #expect(offers.range == 0..<3)
        #expect(offers.choices == ["state:", "status:"])
    }

    @Test func `Tab goes through the choices and starts over`() {
        var line = FilterLine("-sta")
        var seen: [String] = []
        for _ in 0..<3 {
            expect(line.complete(Self.known), true)
            seen.append(line.field.text)
        }
        #expect(seen == ["-state:", "-status:", "-state:"])
        line.insert("de")
        expect(line.complete(Self.known), true)
        #expect(line.field.text == "-state:dead")
    }

    @Test func `one choice alone is done, and what follows is completed next`() {
        var line = FilterLine("obj")
        expect(line.complete(Self.known), true)
        #expect(line.field.text == "object:")
        expect(line.complete(Self.known), true)
        #expect(line.field.text == "object:Account")
        line.insert("x")
        expect(line.complete(Self.known), false)
        #expect(line.field.text == "object:Accountx")
    }

    @Test func `a name with a blank is put into quotes`() {
        let offers = FilterOffers(TextField("instance:"), known: Self.known)
        #expect(offers.choices == ["production", "\"Test org\""])
    }

    @Test func `kept filters come back in turn, and so does what was typed`() {
        var line = FilterLine("typed")
        let kept = ["one", "two"]
        expect(line.recall(-1, from: kept), true)
        #expect(line.field.text == "two")
        expect(line.recall(-1, from: kept), true)
        #expect(line.field.text == "one")
        expect(line.recall(-1, from: kept), false)
        #expect(line.field.text == "one")
        expect(line.recall(1, from: kept), true)
        #expect(line.field.text == "two")
        expect(line.recall(1, from: kept), true)
        #expect(line.field.text == "typed")
        expect(line.recall(1, from: kept), false)
    }

    @Test(arguments: [
        ("state:dead took", "state:dead"), ("state:dead -st", "state:dead -st"), ("sta", ""), ("acme", "acme"),
        ("state:dead | st", "state:dead | st"), ("state:dead ", "state:dead"), ("took:>2s", "took:>2s"),
    ])
    func `a word that may become a name is not searched for while it is typed`(text: String, applied: String) {
        #expect(FilterLine(text).settledText == applied)
    }
}

import Testing

@testable import Interface

struct FilterCompletionTests {
    private func expect(_ found: Bool, _ wanted: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(found == wanted, sourceLocation: sourceLocation)
    }

    private static let known = FilterCompletion.Known(
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
        let completion = FilterCompletion(Array(text), cursor: text.count, known: Self.known)
        #expect(Set(expected).isSubset(of: Set(completion.choices.map(\.text))))
        if !expected.isEmpty, !text.isEmpty { #expect(completion.choices.count == expected.count) }
        if expected.isEmpty { #expect(completion.choices.isEmpty) }
        #expect(completion.range.upperBound == text.count)
    }

    @Test func `the place of the cursor decides, not the end of the text`() {
        let completion = FilterCompletion(Array("sta object:Account"), cursor: 3, known: Self.known)
        #expect(completion.range == 0..<3)
        #expect(completion.choices.map(\.text) == ["state:", "status:"])
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
        #expect(line.field.text == "-state:delivered")
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
        let completion = FilterCompletion(Array("instance:"), cursor: 9, known: Self.known)
        #expect(completion.choices.map(\.text) == ["production", "\"Test org\""])
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
}

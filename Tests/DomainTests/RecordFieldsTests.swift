import Domain
import Primitives
import Testing

struct RecordFieldsTests {
    private static func parse(_ text: String) throws -> RecordFields { try RecordFields(parsing: text) }

    @Test(
        "Values keep the sender's bytes",
        arguments: [
            #"{}"#, #"{"Id":"001","Amount":1.50,"Big":1E+3,"Text":"\u00e9\/"}"#, #"{"A":{"b":[1,null]},"C":null}"#,
        ]
    )
    func bytes(text: String) throws {
        #expect(try Self.parse(text).json == text)
    }

    @Test("A NUL in a name hides nothing that stands behind it")
    func nameWithNull() throws {
        #expect(try Self.parse(#"{"Name":"a nul\u0000in"}"#).displayName == "a nul\u{FFFD}in")
    }

    @Test(
        "Nulls go at every depth and nothing else",
        arguments: [
            (#"{"A":null,"B":1.0}"#, #"{"B":1.0}"#), (#"{"A":{"b":null,"c":"null"}}"#, #"{"A":{"c":"null"}}"#),
            (#"{"A":[{"b":null}, 2]}"#, #"{"A":[{},2]}"#), (#"{"A":"null"}"#, #"{"A":"null"}"#),
        ]
    )
    func nulls(text: String, expected: String) throws {
        #expect(try Self.parse(text).droppingNulls().json == expected)
    }

    @Test(
        "A difference is one of meaning, not of spelling",
        arguments: [
            (#"{"A":1.50}"#, #"{"A":1.5}"#, []), (#"{"A":"\u00e9"}"#, #"{"A":"é"}"#, []),
            (#"{"A":null}"#, #"{}"#, []), (#"{}"#, #"{"A":null}"#, []), (#"{"A":1}"#, #"{}"#, ["A"]),
            (#"{"A":1}"#, #"{"A":"1"}"#, []), (#"{"A":{"b":1}}"#, #"{"A":{ "b" : 1 }}"#, []),
            (#"{"SystemModstamp":"1","A":1}"#, #"{"SystemModstamp":"2","A":2}"#, ["A"]),
            (#"{"attributes":{"url":"a"}}"#, #"{"attributes":{"url":"b"}}"#, []),
            (#"{"A":1.0E7}"#, #"{"A":10000000}"#, []), (#"{"A":-0.0}"#, #"{"A":0}"#, []),
            (#"{"A":9007199254740993}"#, #"{"A":9007199254740992}"#, ["A"]),
            (#"{"A":0.1234567890123456789}"#, #"{"A":0.1234567890123456788}"#, ["A"]),
            (#"{"A":1e400}"#, #"{"A":1e401}"#, ["A"]), ("{\"A\":\"caf\u{E9}\"}", "{\"A\":\"cafe\u{301}\"}", ["A"]),
            (#"{"A":"\ud83d"}"#, #"{"A":"\ud83e"}"#, ["A"]), (#"{"A":"\ud83d\ude00"}"#, #"{"A":"😀"}"#, []),
            (#"{"A":"a\/b\n"}"#, #"{"A":"a/b\u000a"}"#, []), (#"{"A":"1"}"#, #"{"A":"1.0"}"#, ["A"]),
        ] as [(String, String, [String])]
    )
    func differences(old: String, new: String, names: [String]) throws {
        #expect(try Self.parse(old).changes(to: Self.parse(new), partial: false).map(\.name) == names)
    }

    @Test("What a partial record leaves out has not changed")
    func partial() throws {
        let changes = try Self.parse(#"{"A":1,"B":2}"#).changes(to: Self.parse(#"{"B":3,"C":{"d":1}}"#), partial: true)
        #expect(changes == [FieldChange(name: "B", old: "2", new: "3")])
    }

    @Test("Names are compared as Salesforce does")
    func names() throws {
        let fields = try Self.parse(#"{"name":"a","LastName":"Lovelace","FirstName":"Ada"}"#)
        #expect(fields.string("Name") == "a")
        #expect(fields["Missing"] == nil)
        #expect(try Self.parse(#"{"LastName":"Lovelace","FirstName":"Ada"}"#).displayName == "Ada Lovelace")
        #expect(try Self.parse(#"{"Name":"","CaseNumber":"0042"}"#).displayName == "0042")
        #expect(try Self.parse(#"{"Id":"1"}"#).displayName == nil)
    }

    @Test("What differs hangs neither on the order of the fields nor on those that came or went")
    func order() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let names = (0..<Int.random(in: 0...12, using: &random)).map { "F\($0)__c" }
            func record() -> RecordFields {
                let known = names.filter { _ in Int.random(in: 0..<5, using: &random) > 0 }
                let ordered = Bool.random(using: &random) ? known : known.shuffled(using: &random)
                return RecordFields(
                    ordered.map { .init(name: $0, raw: ["null", "1", "2"].randomElement(using: &random) ?? "1") }
                )
            }
            let (old, new) = (record(), record())
            let expected = names.filter { (old[$0] ?? "null") != (new[$0] ?? "null") }
            let changes = old.changes(to: new, partial: false)
            let told = changes.map(\.name).sorted()
            #expect(told == expected.sorted())
            for change in changes { #expect(change.old == old[change.name] && change.new == new[change.name]) }
            let partial = old.changes(to: new, partial: true).map(\.name)
            #expect(partial == new.fields.map(\.name).filter(expected.contains))
        }
    }

    @Test("A record that is parsed like another has the names and values of its own text")
    func likeAnother() throws {
        let model = try Self.parse(#"{"Id":"1","Name":"a","A\\u0042":1}"#)
        for text in [
            #"{"Id":"2","Name":"b"}"#, #"{"Name":"b","Id":"2","Nam":1,"Names":2}"#, "{}",
            #"{"I\u0064":"2","Name":null}"#, #"{"Id":1,"Name":2,"A\\u0042":3,"More":4}"#,
            #"{"Id":1,"Name":2,"A\u0042":3}"#,
        ] {
            var scanner = JSONScanner(Array(text.utf8))
            #expect(try RecordFields(from: &scanner, like: model) == Self.parse(text))
        }
    }
}

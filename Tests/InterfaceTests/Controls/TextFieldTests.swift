import Drawing
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct TextFieldTests {
    @Test(arguments: [
        ("ctrl+a ctrl+k", ""), ("ctrl+w", "https://app.example/"), ("ctrl+u", ""),
        ("backspace", "https://app.example/event"),
        ("home delete", "ttps://app.example/events"), ("alt+b ctrl+k", "https://app.example/"),
        ("ctrl+left ctrl+left alt+d", "https://app./events"), ("ctrl+u ctrl+_", "https://app.example/events"),
        ("left left ctrl+w ctrl+_", "https://app.example/events"), ("ctrl+a alt+f ctrl+k", "https"),
    ])
    func `keys edit as in a shell`(script: String, expected: String) throws {
        var field = TextField("https://app.example/events")
        for name in script.split(separator: " ") {
            let key = try #require(Key(name: String(name)))
            let isHandled = field.handle(key)
            #expect(isHandled)
        }
        #expect(field.text == expected)
    }

    @Test func `the cursor never splits a grapheme`() {
        var field = TextField("a👨‍👩‍👧e\u{301}")
        _ = field.handle(.backspace)
        #expect(field.text == "a👨‍👩‍👧")
        _ = field.handle(.backspace)
        #expect(field.text == "a")
    }

    @Test func `a paste is one step, loses its line ends, and is undone at once`() {
        var field = TextField("x")
        field.insert("one\ntwo\u{1B}[31m\r\n")
        #expect(field.text == "xonetwo[31m")
        _ = field.handle(.ctrl("_"))
        #expect(field.text == "x")
    }

    @Test(arguments: [
        ("x", "one\ntwo\r\n\tthree\n", "xone two three"), ("", "\none", "one"), ("x ", "\n one\n ", "x  one "),
        ("x", "\u{1B}\nstate:dead", "x state:dead"),
    ])
    func `words on two lines are two words where words are asked for`(before: String, pasted: String, after: String) {
        var field = TextField(before)
        field.insert(pasted, lineEnds: .blank)
        #expect(field.text == after)
        field = TextField()
        field.insert("https://app.example/\nevents\n")
        #expect(field.text == "https://app.example/events")
    }

    @Test func `a long text shows the part around the cursor, with marks where it goes on`() {
        var field = TextField("0123456789abcdef")
        #expect(field.window(width: 8, mark: "…").text == "…abcdef")
        field.move(to: 0)
        let start = field.window(width: 8, mark: "…")
        #expect(start.text == "0123456…")
        #expect(start.cursor == 0)
        field.move(to: 10)
        let middle = field.window(width: 8, mark: "…")
        #expect(middle.text == "…56789a…")
        #expect(middle.cursor == 6)
    }
}

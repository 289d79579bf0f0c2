import Domain
import Primitives
import Testing

struct JSONTests {
    @Test(
        "Valid text comes back as it was, without white space",
        arguments: [
            ("null", "null"), (" [ 1 , 2.50, -0, 1e9 ] ", "[1,2.50,-0,1e9]"), (#"{"b":1,"a":[]}"#, #"{"b":1,"a":[]}"#),
            (#""\ud83d\ude00""#, #""😀""#), (#""\ud800x""#, "\"\u{FFFD}x\""),
            (#""a\"\\\/\b\f\n\r\t""#, #""a\"\\/\u0008\u000c\n\r\t""#),
        ]
    )
    func valid(text: String, expected: String) throws {
        #expect(try JSON(parsing: text).text == expected)
    }

    @Test(
        "What is no JSON is refused",
        arguments: [
            "", " ", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "+1", "1e", "tru", "nul", "\"a", "\"\\x\"",
            "\"\\u12\"", "\"a\nb\"", "[1 2]", "{} {}", "[", "{\"a\"", "'a'", "NaN", "\u{FEFF}1",
        ]
    )
    func invalid(text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
    }

    @Test(
        "A fault is found by line and column",
        arguments: [
            ("x", "line 1, column 1"), ("{\n  \"a\": x\n}", "line 2, column 8"),
            ("{\"é😀\": x}", "line 1, column 8"), ("[1,\n\n  2 3]", "line 3, column 5"),
        ]
    )
    func place(text: String, place: String) {
        var found: String?
        do throws(JSONError) { _ = try JSON(parsing: text) } catch { found = error.position(in: text.utf8) }
        #expect(found == place)
    }

    @Test("Depth is bounded")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSON(parsing: nested(100))
        #expect(throws: JSONError.self) { try JSON(parsing: nested(129)) }
        #expect(throws: JSONError.self) { try JSON(parsing: nested(100_000)) }
    }

    @Test("Texts of booleans and numbers are read as such")
    func lenient() {
        #expect(JSON.string("TRUE").bool == true)
        #expect(JSON.string("maybe").bool == nil)
        #expect(JSON.string("5").integer == 5)
        #expect(JSON.string("  5 ").integer == 5)
        #expect(JSON.string("1 5").integer == nil)
        #expect(JSON.number("5.0").integer == 5)
        #expect(JSON.number("5.5").integer == nil)
        #expect(JSON.null.settingText == nil)
    }
}

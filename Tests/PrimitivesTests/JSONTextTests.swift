import Primitives
import Testing

struct JSONTextTests {
    @Test(arguments: [
        ("1", "1.0"), ("1e2", "100"), ("1E+2", "100.000"), ("-0", "0"), ("-0.0e5", "0"), ("0.10", "1e-1"),
        ("12345678901234567890.5", "12345678901234567890.50"), ("0.000", "0e-999999"), ("100e-2", "1"),
        ("1e999999", "10e999998"),
    ])
    func `the same number however it is spelled`(first: String, second: String) {
        #expect(JSONText.sameNumber(first, second) == true)
        #expect(JSONText.sameNumber(second, first) == true)
    }

    /// A `Double` could not tell the first of them apart.
    @Test(arguments: [
        ("9007199254740993", "9007199254740992"), ("0.1", "0.10000000000000001"), ("1", "-1"), ("1e2", "1e3"),
        ("1e-400", "0"), ("5", "50"),
    ])
    func `other numbers`(first: String, second: String) { #expect(JSONText.sameNumber(first, second) == false) }

    @Test(arguments: ["", "-", ".", "e5", "abc", "1e", "1e1.5", "1e9999999", "1e-9223372036854775808", "1x", "+1"])
    func `no number, or one that no record holds`(text: String) {
        #expect(JSONText.sameNumber(text, "1") == nil)
        #expect(JSONText.sameNumber("1", text) == nil)
    }

    @Test(arguments: [
        (#""\u00e9""#, #""é""#), (#""\u00E9""#, #""\u00e9""#), (#""a\/b""#, #""a/b""#), (#""\n""#, #""\u000a""#),
        (#""\ud83d\ude00""#, "\"\u{1F600}\""), (#""\"\\""#, #""\u0022\u005c""#), ("\"\"", "\"\""),
    ])
    func `the same string however it is escaped`(first: String, second: String) {
        #expect(JSONText.sameString(first, second))
        #expect(JSONText.sameString(second, first))
    }

    /// Equal to a person, and not to the letter.
    @Test(arguments: [
        ("\"\u{E9}\"", "\"e\u{301}\""), (#""a""#, #""A""#), (#""\ud83d""#, #""\ude00""#), (#""""#, #"" ""#),
        (#""\u00""#, #""\u0000x""#),
    ])
    func `other strings`(first: String, second: String) { #expect(!JSONText.sameString(first, second)) }
}

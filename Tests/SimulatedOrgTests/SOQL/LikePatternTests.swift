import Primitives
import Testing

@testable import SimulatedOrg

struct LikePatternTests {
    @Test(arguments: [
        ("", "", true), ("", "a", false), ("%", "", true), ("%", "abc", true), ("_", "", false), ("_", "é", true),
        ("a%c", "abbc", true), ("a%c", "abcd", false), ("%b%", "abc", true), ("%a%a%", "aba", true),
        ("%a%a%", "ab", false), (#"\%"#, "%", true), (#"\%"#, "a", false), (#"100\_"#, "100_", true),
        ("A%", "abc", true),
    ])
    func `A pattern matches the whole text`(pattern: String, text: String, isMatch: Bool) {
        #expect(LikePattern(pattern).matches(text) == isMatch)
    }

    @Test func `Many wildcards on a long text end soon`() {
        let pattern = LikePattern(String(repeating: "%a", count: 200) + "%b")
        #expect(!pattern.matches(String(repeating: "a", count: 4_000)))
    }
}

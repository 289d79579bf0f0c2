import Primitives
import Testing

struct PercentEncodingTests {
    @Test(
        arguments: [
            ("", ""), ("azAZ09-._~", "azAZ09-._~"), ("a b", "a%20b"), ("a+b&c=d/e?f#g", "a%2Bb%26c%3Dd%2Fe%3Ff%23g"),
            ("ä%", "%C3%A4%25"), ("\n\u{0}", "%0A%00"),
        ]
    )
    func `all but unreserved characters are written as their bytes`(text: String, encoded: String) {
        #expect(text.percentEncoded == encoded)
    }
}

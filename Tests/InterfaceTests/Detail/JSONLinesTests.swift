import Domain
import Drawing
import EngineAPI
import Primitives
import Testing

@testable import Interface

struct JSONLinesTests {
    private func lines(_ text: String, limit: JSONLines.Limit = .payload) -> [String] {
        JSONLines.lines(of: Array(text.utf8), limit: limit).map { $0.spans.map(\.text.string).joined() }
    }

    @Test func `JSON is indented, in its order, with numbers as they were spelled`() {
        let text = #"{"b":1.50,"a":[true,null,{}],"e":[],"o":{"x":"y"}}"#
        #expect(
            lines(text) == [
                "{", "  \"b\": 1.50,", "  \"a\": [", "    true,", "    null,", "    {}", "  ],", "  \"e\": [],",
                "  \"o\": {", "    \"x\": \"y\"", "  }", "}",
            ]
        )
    }

    @Test(arguments: [("", ["Empty."]), ("plain\n\ntext", ["plain", "", "text"]), ("{\"a\":", ["{\"a\":"])])
    func `what is no JSON is shown as it is`(text: String, expected: [String]) { #expect(lines(text) == expected) }

    @Test func `control characters of an answer never reach the screen`() {
        #expect(lines("a\u{1B}[31mb").joined().unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }

    @Test func `what is too long says so`() {
        let many = "[" + (1...100).map(String.init).joined(separator: ",") + "]"
        let short = lines(many, limit: .answer)
        #expect(short.count == JSONLines.Limit.answer.lines + 1)
        #expect(short.last?.contains("rest of the answer is not shown") == true)
        let wide = lines("\"" + String(repeating: "x", count: 10_000) + "\"", limit: .answer)
        #expect(wide.count == 2 && (wide.first?.count ?? 0) <= JSONLines.Limit.answer.columns + 1)
    }

    @Test func `deep nesting is no trap`() {
        let deep = String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
        #expect(!lines(deep).isEmpty)
    }

    @Test func `a wrapped line goes on at its indent`() {
        let line = StyledText("    " + DisplayText(String(repeating: "word ", count: 20)))
        let pieces = line.wrapped(to: 30).map { $0.spans.map(\.text.string).joined() }
        #expect(pieces.count > 3 && pieces.allSatisfy { $0.count <= 30 })
        #expect(pieces.dropFirst().allSatisfy { $0.hasPrefix("      ") })
    }
}

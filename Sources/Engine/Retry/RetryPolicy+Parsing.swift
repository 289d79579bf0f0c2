import Domain
import Primitives

extension RetryPolicy {
    /// What is wrong with a retry schedule, as a clause that names the step.
    package struct ParseError: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String
    }

    private static let longestStep: Int64 = 30 * 86_400_000

    /// Reads `5s,5m,1h30m,2h`, `cloud-elements`, `cloud-elements-9` or `default`.
    package init(parsing text: String) throws(ParseError) {
        switch text.trimmed.lowercased() {
        case "default", "standard": self = .standard
        case "cloud-elements": self = .cloudElements
        case "cloud-elements-9": self = .cloudElements9
        default: self.init(delays: try Self.steps(text))
        }
    }

    private static func steps(_ text: String) throws(ParseError) -> [Int64] {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
        guard parts.count <= 50 else { throw ParseError(description: "it has \(parts.count) steps") }
        var delays: [Int64] = []
        for (index, part) in parts.enumerated() {
            // Who writes a bare 0 means no retry at all, and would get one at once.
            guard part != "0", let delay = DurationText.parse(part)?.wholeMilliseconds else {
                let shown = part.isEmpty ? "is empty" : "\u{201C}\(part.prefix(30).visible)\u{201D} is not a duration"
                throw ParseError(description: "step \(index + 1) \(shown)")
            }
            guard delay <= longestStep else {
                throw ParseError(description: "step \(index + 1) is longer than 30 days")
            }
            delays.append(delay)
        }
        return delays
    }
}

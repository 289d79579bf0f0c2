import Domain

extension RetryPolicy {
    /// What is wrong with a retry schedule, naming the step.
    package struct ParseError: SentenceError, Sendable, Hashable {
        package let message: String
        package var description: String { message }
    }

    private static let longestStep: Int64 = 30 * 86_400_000

    /// Reads `5s,5m,30m,2h`, `cloud-elements`, `cloud-elements-9` or `default`.
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
        guard parts.count <= 50 else { throw ParseError(message: "Retry schedule: at most 50 steps are allowed.") }
        var delays: [Int64] = []
        for (index, part) in parts.enumerated() {
            guard let delay = duration(part) else {
                let shown = part.isEmpty ? "is empty" : "\u{201C}\(part.prefix(30))\u{201D} is not a duration"
                throw ParseError(
                    message: "Retry schedule: step \(index + 1) \(shown); write steps like 5s,5m,2h or 500ms."
                )
            }
            guard delay <= longestStep else {
                throw ParseError(message: "Retry schedule: step \(index + 1) is longer than 30 days.")
            }
            delays.append(delay)
        }
        return delays
    }

    /// Milliseconds of `500ms`, `5s`, `5m`, `2h`, `1d`; nil for anything else.
    package static func duration(_ text: String) -> Int64? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard !digits.isEmpty, digits.count <= 12, let number = Int64(digits) else { return nil }
        let factor: Int64
        switch text.dropFirst(digits.count).lowercased() {
        case "ms": factor = 1
        case "s": factor = 1000
        case "m", "min": factor = 60_000
        case "h": factor = 3_600_000
        case "d": factor = 86_400_000
        default: return nil
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }
}

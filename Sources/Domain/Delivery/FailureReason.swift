/// Why an attempt failed, in the words that its delivery keeps and that failures are grouped by: what was answered, with the
/// start of the answer behind it in quotes, or the error.
///
/// The start is written so that deliveries which failed for the same reason have the same text: in one line, and with what
/// tells two requests apart (numbers, ids, moments) folded to `#`, in small letters, as `error:` finds them without regard to
/// case and would mix two groups up.
package enum FailureReason {
    /// Characters of an answer's start.
    package static let longestAnswer = 64
    /// Bytes of an answer that are looked at.
    static let lookedAt = 1024

    /// `answered 500 “{"error":"order # is locked"}”`; nil where it did not fail.
    package static func text(_ outcome: AttemptOutcome, answer: some Sequence<UInt8>) -> String? {
        guard let error = outcome.errorText else { return nil }
        guard outcome.status != nil, let start = start(of: answer) else { return error }
        return error + opening + start + closing
    }

    /// What a reason with an answer has and one without has not: no answer holds these quotes.
    static let opening = " “"
    static let closing = "”"

    /// A reason without the start of the answer: that is written for filters, and a person would read it as what was
    /// answered.
    package static func withoutAnswer(_ reason: String) -> String {
        guard reason.hasSuffix(closing), let start = reason.firstRange(of: opening) else { return reason }
        return String(reason[..<start.lowerBound])
    }

    /// Nil where nothing was answered that can be read.
    static func start(of answer: some Sequence<UInt8>) -> String? {
        let text = String(decoding: Array(answer.prefix(lookedAt)), as: UTF8.self)
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { scalars.append(isWritten(scalar) ? plain(scalar) : " ") }
        let words = String(scalars).split(separator: " ").map { folded($0) }
        let line = words.joined(separator: " ")
        guard !line.isEmpty else { return nil }
        let start = line.prefix(longestAnswer)
        return (start.endIndex == line.endIndex ? line : start + "…").asciiLowercased
    }

    /// Whether it stands for itself where somebody types it again.
    private static func isWritten(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: true
        }
    }

    private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        scalar == "“" || scalar == "”" ? "\"" : scalar
    }

    /// A word with a digit in it is an id, a number or part of a moment; numbers that a sign joins are one. So are the parts
    /// without a digit of what hyphens join to such a word, where they could be hexadecimal, as in a UUID.
    private static func folded(_ word: Substring) -> String {
        var folded = ""
        var run = ""
        func endRun() {
            guard !run.isEmpty else { return }
            let parts = run.split(separator: "-", omittingEmptySubsequences: false)
            let isNumbered = parts.contains(where: hasDigit)
            for (index, part) in parts.enumerated() {
                if index > 0 { folded.append("-") }
                if hasDigit(part) || isNumbered && !part.isEmpty && part.allSatisfy(\.isHexDigit) {
                    addNumber(to: &folded)
                } else {
                    folded += part
                }
            }
            run = ""
        }
        for character in word {
            if character.isASCII, character.isLetter || character.isNumber || character == "-" {
                run.append(character)
            } else {
                endRun()
                folded.append(character)
            }
        }
        endRun()
        return folded
    }

    private static func addNumber(to text: inout String) {
        if let sign = text.last, "-:.,/+".contains(sign), text.dropLast().last == "#" {
            text.removeLast()
        } else {
            text.append("#")
        }
    }

    private static func hasDigit(_ text: Substring) -> Bool { text.utf8.contains { (0x30...0x39).contains($0) } }
}

extension Attempt {
    /// Why it failed, as its delivery keeps it; nil for success.
    package var failureReason: String? { FailureReason.text(outcome, answer: responseBody) }

    /// The same for people: `answered 500 {"error":"order 4711 is locked"}`, with the start of what was really answered.
    package var failureSentence: String? {
        guard let error = outcome.errorText, outcome.status != nil else { return outcome.errorText }
        let answer = FailureGroup.start(of: responseBody)
        return answer.isEmpty ? error : "\(error) \(answer)"
    }
}

extension Delivery {
    /// The last attempt of the delivery itself, out of those of its notification, oldest first; nil unless it is what the
    /// delivery failed by. A delivery can also end without an attempt, as its instance is deleted.
    package func failedAttempt(among attempts: [Attempt]) -> Attempt? {
        guard let last = attempts.last(where: { !$0.isReplay }), let error = last.outcome.errorText else { return nil }
        return lastError.map { $0.hasPrefix(error) } == false ? nil : last
    }

    /// Why it failed, for people.
    package func failure(_ attempts: [Attempt]) -> String? {
        failedAttempt(among: attempts)?.failureSentence ?? lastError.map(FailureReason.withoutAnswer)
    }
}

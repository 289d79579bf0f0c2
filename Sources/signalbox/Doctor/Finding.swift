import Drawing
import Primitives

/// What one look of `signalbox doctor` found: one line.
struct Finding: Sendable, Hashable {
    enum Verdict: String, Sendable, Hashable {
        case sound = "ok"
        /// It works, and someone should know.
        case warning
        case failed
    }

    let verdict: Verdict
    /// What was looked at: `store`, `instance 7`, `callback of instance 7`.
    let subject: String
    /// What is so, and where it isn't sound the way out.
    let sentence: String

    static func sound(_ subject: String, _ sentence: String) -> Finding {
        Finding(verdict: .sound, subject: subject, sentence: sentence)
    }

    static func warning(_ subject: String, _ sentence: String) -> Finding {
        Finding(verdict: .warning, subject: subject, sentence: sentence)
    }

    static func failed(_ subject: String, _ sentence: String) -> Finding {
        Finding(verdict: .failed, subject: subject, sentence: sentence)
    }

    private static let widest = "callback of instance 10".count

    var line: String {
        let mark =
            switch verdict {
            case .sound: "ok     "
            case .warning: "warning"
            case .failed: "FAILED "
            }
        let padding = String(repeating: " ", count: max(0, Self.widest - subject.count))
        return "\(mark)  \(subject)\(padding)  \(DisplayText(sentence).string)"
    }

    var json: JSON {
        ["verdict": .string(verdict.rawValue), "subject": .string(subject), "sentence": .string(sentence)]
    }
}

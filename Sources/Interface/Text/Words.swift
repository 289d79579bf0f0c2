import Domain
import Primitives

/// Numbers and times in the words that people use.
enum Words {
    /// `1 minute`, `90 minutes` as `1 h 30 min`, `1 day`.
    static func minutes(_ minutes: Int) -> String {
        switch minutes {
        case 1: "1 minute"
        case ..<60: "\(minutes) minutes"
        case 60: "1 hour"
        case 1440: "1 day"
        default: minutes % 60 == 0 ? "\(minutes / 60) hours" : "\(minutes / 60) h \(minutes % 60) min"
        }
    }

    /// `1 event`, `12 events`.
    static func count(_ number: some BinaryInteger, _ noun: String) -> String {
        number.counted(noun)
    }

    /// An outcome in a word or two: `500`, `refused`.
    static func briefly(_ outcome: AttemptOutcome) -> String {
        guard case .failure(let text) = outcome else { return outcome.status.map(String.init) ?? "" }
        let words = text.lowercased()
        let known = [
            ("refused", "refused"), ("no answer", "no answer"), ("in time", "timed out"), ("timed out", "timed out"),
            ("closed the connection", "cut off"), ("tls", "TLS"), ("host name", "no such host"),
            ("can't be reached", "unreachable"),
        ]
        return known.first { words.contains($0.0) }?.1 ?? text
    }

    /// Ends a text with one full stop.
    static func sentence(_ text: String) -> String {
        text.last.map { ".!?…".contains($0) } == true ? text : text + "."
    }

    static func milliseconds(_ milliseconds: Int) -> String {
        milliseconds < 10_000 ? "\(milliseconds.grouped) ms" : "\(milliseconds / 1000) s"
    }

    /// How long something takes: `40 s`, `2 min 5 s`, `3 h 20 min`, `2 days`.
    static func duration(_ seconds: some BinaryInteger) -> String {
        let seconds = Int(clamping: seconds)
        switch seconds {
        case ..<1: return "1 s"
        case ..<60: return "\(seconds) s"
        case ..<600: return seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds / 60) min \(seconds % 60) s"
        case ..<3600: return "\(seconds / 60) min"
        case ..<172_800:
            let minutes = seconds / 60 % 60
            return minutes == 0 ? "\(seconds / 3600) h" : "\(seconds / 3600) h \(minutes) min"
        default: return "\(seconds / 86_400) days"
        }
    }

    /// Bytes as a person reads them: `512 B`, `14 KB`, `2.3 GB`.
    static func bytes(_ count: Int) -> String {
        switch count {
        case ..<1024: "\(count) B"
        case ..<1_048_576: "\(count / 1024) KB"
        case ..<1_073_741_824: "\(count / 1_048_576) MB"
        case ..<107_374_182_400: "\(count / 1_073_741_824).\(count % 1_073_741_824 * 10 / 1_073_741_824) GB"
        default: "\((count / 1_073_741_824).grouped) GB"
        }
    }
}

extension String {
    /// With a full stop, so that another sentence can follow.
    var sentenceEnd: String {
        // A sentence in brackets has its own.
        let end = last == ")" ? dropLast().last : last
        return end.map { ".!?…".contains($0) } ?? true ? self : self + "."
    }
}

import Domain
import Drawing
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
        "\(number.grouped) \(noun)\(number == 1 ? "" : "s")"
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

    /// Bytes as a person reads them: `512 B`, `14 KB`.
    static func bytes(_ count: Int) -> String {
        switch count {
        case ..<1024: "\(count) B"
        case ..<1_048_576: "\(count / 1024) KB"
        default: "\(count / 1_048_576) MB"
        }
    }
}

extension State {
    /// `18:07:03` in the time zone of the screen.
    func clock(_ moment: Timestamp) -> DisplayText {
        DisplayText(moment.advanced(bySeconds: Int64(settings.utcOffset)).timePart)
    }

    /// `18:07:43` within an hour of now, else `18:07`, or with the date where it isn't today.
    func shortClock(_ moment: Timestamp) -> DisplayText {
        let local = moment.advanced(bySeconds: Int64(settings.utcOffset))
        let today = now.advanced(bySeconds: Int64(settings.utcOffset))
        if abs(moment.since(now)) < Self.near, local.datePart == today.datePart { return clock(moment) }
        let time = DisplayText(String(local.timePart.prefix(5)))
        return local.datePart == today.datePart ? time : DisplayText(String(local.datePart.dropFirst(5))) + " " + time
    }

    /// Milliseconds from now within which a minute is too coarse.
    private static let near: Int64 = 3_600_000
    /// Milliseconds to go from which on seconds are counted down.
    static let countdown: Int64 = 60_000

    /// A moment to come in at most `room` columns: `in 40 s`, `at 00:05:10` within the hour, `at 00:05` within a day,
    /// `11-25 00:05` later.
    func upcoming(_ moment: Timestamp, room: Int) -> DisplayText {
        let left = moment.since(now)
        if left <= 0 { return "now" }
        if left <= Self.countdown {
            let words = DisplayText("\((left + 999) / 1000) s")
            return room >= words.width + 3 ? "in " + words : words
        }
        let seconds = clock(moment)
        if left < Self.near, room >= seconds.width { return room >= seconds.width + 3 ? "at " + seconds : seconds }
        let local = moment.advanced(bySeconds: Int64(settings.utcOffset))
        let time = DisplayText(String(local.timePart.prefix(5)))
        // The next time that the clock shows it, whatever the date.
        if moment.since(now) < 86_400_000 { return room >= time.width + 3 ? "at " + time : time }
        let date = DisplayText(String(local.datePart.dropFirst(5)))
        return room >= date.width + 1 + time.width ? date + " " + time : date
    }

    /// `2026-11-23 18:07:03`.
    func fullClock(_ moment: Timestamp) -> DisplayText {
        let local = moment.advanced(bySeconds: Int64(settings.utcOffset))
        return DisplayText("\(local.datePart) \(local.timePart)")
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

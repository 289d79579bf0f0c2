import Domain
import Drawing
import Primitives

/// A line that somebody types, or pipes, into the plain output: an action of the dashboard by its name in the table of
/// actions, and what it is about.
struct PlainCommand: Sendable, Hashable {
    enum Name: String, Sendable, Hashable, CaseIterable {
        case filter
        case follow
        case pause
        case list
        case openDetail = "open-detail"
        case nextFailure = "next-failure"
        case replay
        case replayMany = "replay-many"
        case confirm
        case refuse
        case replayJobs = "replay-jobs"
        case pauseReplay = "pause-replay"
        case cancelReplay = "cancel-replay"
        case pollNow = "poll-now"
        case holdCallback = "hold-callback"
        case resumeCallback = "resume-callback"
        case pauseBacklog = "pause-backlog"
        case cancelBacklog = "cancel-backlog"
        case toggleInstance = "toggle-instance"
        case switchInstance = "switch-instance"
        case explain
        case help
        case quit

        /// What follows the name; empty where nothing may.
        var argument: String {
            switch self {
            case .filter, .list: "[FILTER]"
            case .openDetail, .replay: "[EVENT]"
            case .replayMany: "FILTER"
            case .pauseReplay, .cancelReplay: "[NUMBER]"
            case .pauseBacklog, .cancelBacklog: "[OBJECT]"
            case .holdCallback: "[REASON]"
            case .switchInstance: "[NAME]"
            default: ""
            }
        }

        var meaning: String {
            switch self {
            case .filter: "Report only events that a filter finds; without one, all"
            case .follow: "Report new events again"
            case .pause: "Report no new events until follow"
            case .list: "The newest ten events, or those that a filter finds"
            case .openDetail: "An event with its changes and attempts; without one, the event named last"
            case .nextFailure: "The newest failed event, then the one before it, and so on"
            case .replay: "Send an event again; without one, the event named last"
            case .replayMany: "Send again all that a filter finds, after confirm"
            case .confirm: "Do what was asked about"
            case .refuse: "Leave what was asked about"
            case .replayJobs: "The bulk replays and how far they are"
            case .pauseReplay: "Pause a bulk replay, or go on with it"
            case .cancelReplay: "End a bulk replay"
            case .pollNow: "Poll the org now"
            case .holdCallback: "Send nothing to the callback until resume-callback"
            case .resumeCallback: "Send to the callback again"
            case .pauseBacklog: "Pause the backlog, or go on with it; without an object, of all"
            case .cancelBacklog: "Cancel the backlog; without an object, of all"
            case .toggleInstance: "Disable or enable the instance"
            case .switchInstance: "The instance that commands are about; without a name, all of them"
            case .explain: "How the instances are, and why"
            case .help: "These commands"
            case .quit: "End"
            }
        }
    }

    let name: Name
    /// What stands behind the name; empty where nothing does.
    let argument: String

    /// Nil for an empty line.
    ///
    /// - Throws: `UsageError` with what is wrong and what was perhaps meant.
    init?(parsing line: String) throws(UsageError) {
        let words = line.split(maxSplits: 1) { $0.isWhitespace }
        guard let first = words.first else { return nil }
        let word = first.lowercased()
        guard let name = Name(rawValue: word) else {
            let nearest = NearWord.find(word, among: Name.allCases.map(\.rawValue), for: .hint)
            throw UsageError(
                "There is no command “\(DisplayText(String(first), limit: 40).string)”; "
                    + (nearest.map { "did you mean \($0)?" } ?? "help names all of them.")
            )
        }
        self.name = name
        argument = words.count > 1 ? String(words[1]).trimmed : ""
        if name.argument.isEmpty, !argument.isEmpty {
            throw UsageError("\(name.rawValue) is given alone, without “\(DisplayText(argument, limit: 40).string)”.")
        }
        if !name.argument.isEmpty, !name.argument.hasPrefix("["), argument.isEmpty {
            throw UsageError("\(name.rawValue) needs a \(name.argument.lowercased()) behind it.")
        }
    }
}

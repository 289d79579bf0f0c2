import ArgumentParser
import Domain
import EngineAPI
import FoundationEssentials
import Primitives

/// `signalbox doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks configuration, store, disk, clock, listeners, each org and each callback.",
        discussion: """
            A line each: ok, warning or FAILED, and what to do. Exit status 1 if one failed. It works beside a running \
            `signalbox`, and without one. Orgs are asked for their list of objects, which takes an API call or two each; \
            callbacks are connected to, and nothing is sent to them unless --post is given.
            """
    )

    @Flag(help: "Print a JSON object a line instead.") var json = false
    @Flag(help: "Post a signed test notification to each callback.") var post = false
    @OptionGroup(title: "Engine options") var engine: EngineArguments
    @OptionGroup var common: CommonArguments

    func run() throws {
        let (json, post) = (json, post)
        let report: @Sendable (Finding) throws -> Void = { finding in
            try StandardStreams.printLine(json ? finding.json.line : finding.line)
        }
        let settings: Settings
        do {
            settings = try common.settings(engine.values)
        } catch let error as UsageError {
            try report(.failed("configuration", error.message))
            throw ExitCode(1)
        }
        let environment = ProcessInfo.processInfo.environment
        let hasFailed = try waiting {
            try await Examination(settings: settings, environment: environment, posts: post).run(report)
        }
        if hasFailed { throw ExitCode(1) }
    }
}

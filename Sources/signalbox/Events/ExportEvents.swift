import ArgumentParser
import Domain
import Glibc
import NIOHTTP1
import Primitives
import UnixSignals

/// `signalbox events export`.
struct ExportEvents: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes the events that match to a file, newest first.",
        discussion: """
            ndjson is one event with its payload on each line, csv one row for each event without payloads, har the \
            attempts to deliver them as an HTTP archive 1.2. A file bears its name only once it is whole: after Ctrl-C or \
            a failure what stood there before still does, and what is there is replaced with --replace only. A pipe or a device \
            is written into as the events come.


            """ + FilterTerm.summary
    )

    @OptionGroup var selection: EventSelection

    @Option(help: "ndjson, csv or har.")
    var format = ExportFormat.ndjson

    @Option(help: ArgumentHelp("Write there instead of to standard output.", valueName: "file"))
    var output: String?

    @Flag(help: "Replace the file if it is there.")
    var replace = false

    @OptionGroup var common: CommonArguments

    func validate() throws {
        if let output, output.trimmed.isEmpty {
            throw ValidationError("--output names a file; “\(output)” is not that.")
        }
    }

    func run() throws {
        let request = try EventRequest(
            option: selection.filter,
            instance: selection.instance,
            now: .now(),
            clock: LocalTime.clock
        )
        let (format, output, replace) = (format, output, replace)
        if let output, !replace, ExportFile.isTaken(output) { throw EventExport.exists(output) }
        try EngineAccess(try common.settings(), .atRest).use { client in
            let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
            let export = Task {
                try await EventExport(client: client, request: request).run(format, to: output, mayReplace: replace)
            }
            let canceller = Task {
                var repeats = SignalRepeats()
                for await _ in signals {
                    // Asked twice: standard output may take nothing any more, and then no cancellation is heeded.
                    if repeats.isSecond(at: .now) { Glibc._exit(1) }
                    export.cancel()
                }
            }
            defer { canceller.cancel() }
            do { try await export.value } catch is CancellationError {
                guard let output else { throw CommandFailure("Cancelled; what was printed is not all.") }
                throw CommandFailure(
                    ExportFile.isKept(at: output)
                        ? "Cancelled; \(output) is as it was before."
                        : "Cancelled; what was written into \(output) is not all."
                )
            }
        }
    }
}

/// Reads events page by page and writes each as it comes.
struct EventExport: Sendable {
    let client: ManagementClient
    let request: EventRequest

    static func exists(_ path: String) -> UsageError {
        UsageError("\(path) is there already; name another file, or add --replace.")
    }

    /// - Throws: `UsageError` where a file is there that may not be replaced, also where it came meanwhile.
    @concurrent func run(_ format: ExportFormat, to path: String?, mayReplace: Bool) async throws {
        do { try await write(format, to: path, mayReplace: mayReplace) } catch is ExportFile.Exists {
            throw Self.exists(path ?? "")
        }
    }

    private func write(_ format: ExportFormat, to path: String?, mayReplace: Bool) async throws {
        let file = try ExportFile(path, mayReplace: mayReplace)
        let query = request.query + [("hydrate", format.needsPayloads ? "true" : "false")]
        let count = try await EventWriter.write(format, to: file, progress: Self.progress) { writer in
            for try await event in client.pages(request.path, query: query) {
                try Task.checkCancellation()
                try writer.append(event, attempts: writer.needsAttempts(of: event) ? try await attempts(of: event) : [])
            }
        }
        if path != nil { StandardStreams.printDiagnostic("\(count.counted("event")) exported.") }
    }

    /// Nil where nobody watches.
    private static var progress: EventWriter.Progress? {
        guard StandardStreams.isTerminal(STDERR_FILENO) else { return nil }
        return EventWriter.Progress(first: .seconds(1), every: .seconds(2)) { count in
            StandardStreams.printDiagnostic("\(count.counted("event")) exported so far; Ctrl-C cancels")
        }
    }

    private func attempts(of event: JSON) async throws -> [JSON] {
        guard let id = event["id"]?.string else { return [] }
        do {
            return try await client.call(.GET, "/instances/events/\(id.percentEncoded)/attempts").json.array ?? []
        } catch let refusal as RefusedCall where refusal.status == 404 {
            // Gone since the page was read.
            return []
        }
    }
}

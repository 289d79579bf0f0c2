import Primitives

/// Writes events into a file, one after another, and reports now and then how many there are.
struct EventWriter {
    /// When it is said how many events are written.
    struct Progress {
        let first: Duration
        let every: Duration
        let report: (Int64) -> Void
    }

    private var file: ExportFile
    private var text: ExportText
    private let progress: Progress?
    private let clock = ContinuousClock()
    private var next: ContinuousClock.Instant
    private var count: Int64 = 0

    /// Writes what `events` writes, and gives the file its name; where that fails or is cancelled, there is none.
    ///
    /// - Returns: how many events were written.
    static func write(
        _ format: ExportFormat,
        to file: ExportFile,
        progress: Progress?,
        _ events: (inout EventWriter) async throws -> Void
    ) async throws -> Int64 {
        var writer = EventWriter(format, file, progress)
        do {
            try writer.file.write(writer.text.head)
            try await events(&writer)
            try writer.file.write(writer.text.tail)
            try Task.checkCancellation()
            try writer.file.finish()
        } catch {
            writer.file.abandon()
            throw error
        }
        return writer.count
    }

    private init(_ format: ExportFormat, _ file: ExportFile, _ progress: Progress?) {
        self.file = file
        text = ExportText(format)
        text.isShown = file.isTerminal
        self.progress = progress
        next = clock.now + (progress?.first ?? .zero)
    }

    var format: ExportFormat { text.format }

    /// Whether the format has the attempts of an event, and they are not those of the event before.
    func needsAttempts(of event: JSON) -> Bool { format.needsAttempts && !text.isRepeated(event) }

    mutating func append(_ event: JSON, attempts: [JSON]) throws {
        try file.write(text.text(event, attempts: attempts))
        count += 1
        if let progress, clock.now >= next {
            progress.report(count)
            next = clock.now + progress.every
        }
    }
}

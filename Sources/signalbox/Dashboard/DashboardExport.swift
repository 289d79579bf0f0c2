import Domain
import EngineAPI
import Gateway
import Interface
import Primitives

/// Writes events of the dashboard's engine into a file, page by page, as `signalbox events export` does.
struct DashboardExport: Sendable {
    private static let pageSize = 200
    /// Between two reports of how far it is.
    private static let pause = Duration.milliseconds(250)

    let client: any EngineClient
    let order: ExportOrder

    /// `progress` is called with how many events are written.
    @concurrent func run(progress: @escaping @Sendable (Int64) -> Void) async -> ExportEnding {
        let path = CommandRunner.absolute(order.path)
        do {
            let file = try ExportFile(path, mayReplace: order.mayReplace, waits: false)
            let reports = EventWriter.Progress(first: Self.pause, every: Self.pause, report: progress)
            let count = try await EventWriter.write(ExportFormat(order.format), to: file, progress: reports) { writer in
                try await write(to: &writer)
            }
            return .done(path: path, events: count)
        } catch is ExportFile.Exists {
            return .exists(path: path)
        } catch is CancellationError {
            return .cancelled
        } catch {
            return Task.isCancelled ? .cancelled : .failed(Failure(error).sentence)
        }
    }

    private func write(to writer: inout EventWriter) async throws {
        var last: Int64?
        while true {
            let page = try await client.events(PageRequest(after: last, limit: Self.pageSize, filter: order.filter))
            for event in page {
                try Task.checkCancellation()
                guard let (json, attempts) = try await read(event, writer) else { continue }
                try writer.append(json, attempts: attempts)
            }
            last = page.last?.sequence
            if page.count < Self.pageSize { break }
        }
    }

    /// Nil where it is gone since its page was read.
    private func read(_ event: EventSummary, _ writer: EventWriter) async throws -> (JSON, attempts: [JSON])? {
        guard writer.format.needsPayloads else { return (EventShape.json(event), []) }
        do {
            let detail = try await client.event(sequence: event.sequence)
            let json = EventShape.json(event, detail)
            guard writer.needsAttempts(of: json) else { return (json, []) }
            return (json, detail.attempts.map { DeliveryShape.json($0) })
        } catch let error as ClientError where error.kind == .notFound {
            return nil
        }
    }
}

extension ExportFormat {
    init(_ format: ExportOrder.Format) {
        self =
            switch format {
            case .ndjson: .ndjson
            case .csv: .csv
            case .har: .har
            }
    }
}

/// The exports that run, so that each can be ended.
final class Exports: Sendable {
    private let running = Locked<[Int: Task<Void, Never>]>([:])

    func begin(_ number: Int, _ work: Task<Void, Never>) { running.withLock { $0[number] = work } }
    func end(_ number: Int) { running.withLock { $0[number] = nil } }
    func cancel(_ number: Int) { running.withLock { $0[number] }?.cancel() }

    /// Ends all and waits until what they wrote is gone, but no longer than `patience`.
    func endAll(
        patience: @escaping @Sendable () async -> Void = { try? await Task.sleep(for: .seconds(2)) }
    ) async {
        let works = running.withLock { Array($0.values) }
        for work in works { work.cancel() }
        let ends = works.map { work in LastWait.Work("an export") { await work.value } }
        _ = await LastWait.untilEnd(of: ends, patience: patience)
    }
}

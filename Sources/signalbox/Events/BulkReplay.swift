import Domain
import Glibc
import NIOHTTP1
import Primitives
import UnixSignals

/// Begins bulk replays in the engine, follows them to their end and prints what became of each event.
struct BulkReplay {
    private static let look = Duration.milliseconds(200)

    let client: ManagementClient
    /// Bounded in time, so that the engine finds what was listed.
    let filter: EventFilter
    let rate: Int

    private struct Event {
        let id: String
        let sequence: Int64
    }

    /// - Parameter listed: the events, oldest first, as the API lists them.
    /// - Throws: `CommandFailure` if a replay failed or that of an instance was refused, or the rest was cancelled or paused.
    func run(_ listed: [JSON]) async throws {
        var events: [Int64: [Event]] = [:]
        for item in listed {
            guard let id = item["id"]?.string, let sequence = item["sequence"]?.integer,
                let instance = item["instanceId"]?.integer
            else { continue }
            events[instance, default: []].append(Event(id: id, sequence: sequence))
        }
        guard !events.isEmpty else {
            StandardStreams.printDiagnostic("No event fits the filter; nothing was sent.")
            return
        }
        var (done, failed): (Int64, Int64) = (0, 0)
        var refused = 0
        for (instance, events) in events.sorted(by: { $0.key < $1.key }) {
            do {
                let job = try await run(events, of: instance)
                done += job.done
                failed += job.failed
            } catch let refusal as RefusedCall {
                // It was deleted, or has no callback; the others have nothing to do with that.
                refused += 1
                StandardStreams.printDiagnostic("signalbox: instance \(instance): \(refusal.message)")
            }
        }
        var faults: [String] = []
        if failed > 0 { faults.append("\(failed.grouped) of \(done.grouped) replays failed") }
        if refused > 0 { faults.append("\(refused.grouped) of \(events.count.grouped) bulk replays were refused") }
        if !faults.isEmpty { throw CommandFailure("\(faults.joined(separator: ", ")); the lines above say why.") }
    }

    private func run(_ events: [Event], of instance: InstanceID) async throws -> ReplayProgress {
        let order: JSON = ["filter": filter.json, "rate": .integer(rate)]
        // Trapped before the replay begins, so that Ctrl-C never leaves one behind that nobody follows.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        let begun = try ReplayProgress(try await client.call(.POST, "/instances/\(instance)/replays", body: order).json)
        let path = "/replays/\(begun.id)"
        let canceller = Task { [client] in
            var repeats = SignalRepeats()
            var cancelling: Task<Void, Never>?
            for await _ in signals {
                // Asked twice: whoever is impatient is served at once, though the engine does not answer.
                if repeats.isSecond(at: .now) { Glibc._exit(1) }
                guard cancelling == nil else { continue }
                StandardStreams.printDiagnostic("Cancelling; what is under way still finishes.")
                cancelling = Task { _ = try? await client.call(.DELETE, path) }
            }
        }
        defer { canceller.cancel() }
        let last: ReplayProgress
        do {
            last = try await follow(begun, events[...], at: path)
        } catch {
            // Nobody reads the lines any more, or the engine is gone.
            _ = try? await client.call(.DELETE, path)
            throw error
        }
        switch last.state {
        case .cancelled:
            throw CommandFailure(
                "Cancelled: \(last.done.grouped) of \(last.total.grouped) events were replayed; the rest is not sent."
            )
        case .paused:
            throw CommandFailure(
                "The bulk replay \(last.id) was paused after \(last.done.grouped) of \(last.total.grouped) events"
                    + (last.lastError.map { " (\($0))" } ?? "")
                    + "; resume it in the dashboard, or with PATCH \(path)."
            )
        case .running, .completed: return last
        }
    }

    private func follow(
        _ begun: ReplayProgress,
        _ events: ArraySlice<Event>,
        at path: String
    ) async throws -> ReplayProgress {
        var rest = events
        var reporter = ProgressReporter()
        while true {
            let job = try ReplayProgress(try await client.call(.GET, path).json)
            while let event = rest.first, event.sequence <= job.position {
                try await printAttempt(of: event, since: begun.createdAt)
                rest = rest.dropFirst()
            }
            reporter.report(job)
            guard job.state == .running || job.waitsForCallback else { return job }
            try await Task.sleep(for: Self.look)
        }
    }

    /// Prints the attempt that the bulk replay made.
    private func printAttempt(of event: Event, since start: Timestamp) async throws {
        let path = "/instances/events/\(event.id.percentEncoded)/attempts"
        do {
            let attempts = try await client.call(.GET, path).json.array ?? []
            let own = attempts.last { attempt in
                guard attempt["replay"] == true else { return false }
                return attempt["startedDate"]?.string.flatMap { Timestamp(parsing: $0) }.map { $0 >= start } ?? false
            }
            if let own {
                try StandardStreams.printLine(own.replayLine(of: event.id))
            } else {
                StandardStreams.printDiagnostic("signalbox: \(event.id): nothing was sent; it has no notification.")
            }
        } catch let refusal as RefusedCall {
            StandardStreams.printDiagnostic("signalbox: \(event.id): \(refusal.message)")
        }
    }
}

/// What the API says of a bulk replay.
private struct ReplayProgress {
    let id: Int64
    let state: ReplayJob.State
    let rate: Int64
    let total: Int64
    let done: Int64
    let failed: Int64
    let position: Int64
    let waitsForCallback: Bool
    let lastError: String?
    let createdAt: Timestamp

    init(_ json: JSON) throws(CommandFailure) {
        guard let id = json["id"]?.integer, let state = json["state"]?.string.flatMap(ReplayJob.State.init),
            let created = json["createdDate"]?.string.flatMap({ Timestamp(parsing: $0) })
        else { throw CommandFailure("The management API's answer about the bulk replay was not understood.") }
        self.id = id
        self.state = state
        createdAt = created
        rate = json["rate"]?.integer ?? 0
        total = json["total"]?.integer ?? 0
        done = json["done"]?.integer ?? 0
        failed = json["failed"]?.integer ?? 0
        position = json["position"]?.integer ?? 0
        waitsForCallback = json["waitsForCallback"]?.bool ?? false
        lastError = json["lastError"]?.string
    }
}

/// Progress on standard error: often at first, seldom later.
private struct ProgressReporter {
    private let clock = ContinuousClock()
    private let begun = ContinuousClock.now
    private var next = ContinuousClock.now + .seconds(1)

    mutating func report(_ job: ReplayProgress) {
        let now = clock.now
        guard now >= next || (job.state != .running && !job.waitsForCallback) else { return }
        next = now + (now - begun < .seconds(20) ? .seconds(2) : .seconds(10))
        if job.waitsForCallback {
            let why = job.lastError.map { ": \($0)" } ?? ""
            let done = "\(job.done.grouped) of \(job.total.grouped) replayed"
            StandardStreams.printDiagnostic("\(done); waits for the held callback\(why)")
            return
        }
        let failed = job.failed > 0 ? ", \(job.failed.grouped) failed" : ""
        let isMoving = job.state == .running && job.rate > 0
        let left = isMoving ? ", about \(max(1, (job.total - job.done + job.rate - 1) / job.rate)) s left" : ""
        StandardStreams.printDiagnostic(
            "\(job.done.grouped) of \(job.total.grouped) replayed\(failed), \(job.rate)/s\(left)"
        )
    }
}

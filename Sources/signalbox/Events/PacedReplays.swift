import Domain
import NIOHTTP1
import Primitives

/// Replays events that were named one by one, at a pace.
struct PacedReplays {
    let client: ManagementClient
    let body: JSON?
    let pause: Duration?
    var sleep: @Sendable (_ end: ContinuousClock.Instant) async throws -> Void = {
        try await ContinuousClock().sleep(until: $0)
    }

    /// - Throws: `CommandFailure` that counts the failures, if there were any.
    func run(_ ids: [String]) async throws {
        var failures = 0
        let clock = ContinuousClock()
        var next: ContinuousClock.Instant?
        for id in ids {
            // Before each but the first: nobody waits for what nothing follows.
            if let next { try await sleep(next) }
            next = pause.map { clock.now + $0 }
            do {
                let path = "/instances/events/\(id.percentEncoded)/replay"
                let attempt = try await client.call(.POST, path, body: body).json
                if attempt["success"] != true { failures += 1 }
                try StandardStreams.printLine(attempt.replayLine(of: id))
            } catch let refusal as RefusedCall {
                failures += 1
                StandardStreams.printDiagnostic("signalbox: \(id): \(refusal.message)")
            }
        }
        if failures > 0 {
            throw CommandFailure("\(failures.grouped) of \(ids.count.grouped) replays failed; the lines above say why.")
        }
    }
}

extension JSON {
    /// The line that is printed for an attempt.
    func replayLine(of id: String) -> String {
        JSON.object([.init("eventId", .string(id))] + (members ?? [])).line
    }
}

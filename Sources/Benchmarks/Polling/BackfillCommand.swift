import ArgumentParser
import Domain
import Engine
import EngineAPI

/// The measuring half of the backfill rows, in a process that does nothing else.
struct BackfillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "backfilled", shouldDisplay: false)

    @Option(help: "The port of a simulated org without records.") var org: Int
    @Option var rows: Int
    @Option var callback: String

    func run() async throws {
        let node = try PollingNode(org: org, objects: ["Account"], callbackURL: callback, firstRun: .backfill)
        _ = try await node.org.create(rows)
        let engine = node.engine
        let readings = try await node.serve {
            let clock = ContinuousClock()
            let (began, before) = (clock.now, Measured.processorMilliseconds)
            let memory = MemoryWatch(engine, events: rows, after: 0)
            let notices = engine.notices()
            let delivered = Task { () -> Double in
                for await notice in notices {
                    guard case .deliveries = notice else { continue }
                    if try await engine.counts(EventFilter()).byState[.delivered, default: 0] > 0 { break }
                }
                return (clock.now - began).inMilliseconds
            }
            let id = try await engine.createInstance(node.draft).id
            var polls = 1
            _ = try await engine.poll(id)
            polls += 1
            // What is long past is read beside the polls.
            while try await engine.counts(EventFilter()).total < rows {
                try await Task.sleep(for: .milliseconds(20))
            }
            let elapsed = (clock.now - began).inSeconds
            let cost = (Measured.processorMilliseconds - before) * 1000 / Double(rows)
            let counts = try await engine.counts(EventFilter())
            let peaks = await memory.end()
            return Readings([
                "rate": Double(rows) / elapsed, "cost": cost, "polls": Double(polls),
                "first delivered": try await delivered.value,
                "delivered": Double(counts.byState[.delivered, default: 0]), "quarter": peaks[0], "half": peaks[1],
                "whole": peaks[2],
            ])
        }
        StandardOutput.line(readings.line)
    }
}

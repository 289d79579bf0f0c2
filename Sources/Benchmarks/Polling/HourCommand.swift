import ArgumentParser
import Domain
import Engine
import EngineAPI

/// The measuring half of the hour rows, in a process that does nothing else.
struct HourCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "hour", shouldDisplay: false)

    @Option(help: "The port of a simulated org without records.") var org: Int
    @Option(help: "Changes in an hour.") var changes: Int
    @Option(help: "Minutes between polls.") var minutes: Int

    /// Seconds from one group of changes to the next; they share a stamp.
    private static let step = 5
    /// Seconds until polls take what they take from then on: all of the overlap holds rows, and some leave it.
    private static let warmUp = 25 * 60
    private static let hour = 3600

    func run() async throws {
        let clock = ShiftedClock()
        let node = try PollingNode(org: org, objects: HourBench.objects, clock: clock)
        let readings = try await node.serve {
            let id = try await node.engine.createInstance(node.draft).id
            _ = try await node.engine.poll(id)
            var (calls, rows, processor, made) = (0, 0, 0.0, 0)
            for second in stride(from: Self.step, through: Self.warmUp + Self.hour, by: Self.step) {
                try await node.org.advance(seconds: Self.step)
                clock.advance(seconds: Self.step)
                made = try await change(upTo: changes * second / Self.hour, made, node)
                guard second.isMultiple(of: minutes * 60) else { continue }
                let before = Measured.processorMilliseconds
                let summary = try await node.engine.poll(id)
                guard summary.problems.isEmpty else { throw BenchFault("hour: \(summary.problems)") }
                guard second > Self.warmUp else { continue }
                processor += Measured.processorMilliseconds - before
                calls += summary.apiCalls
                rows += summary.rowsRead
            }
            // What changed after the last of them is told, too, and not counted.
            _ = try await node.engine.poll(id)
            let told = try await node.engine.counts(EventFilter()).total
            guard told == made else { throw BenchFault("hour: \(told) of \(made) changes are events") }
            return Readings(["calls": Double(calls), "rows": Double(rows), "processor": processor])
        }
        StandardOutput.line(readings.line)
    }

    /// Makes records until there are so many, an object after the other; gives how many there are.
    private func change(upTo number: Int, _ made: Int, _ node: PollingNode) async throws -> Int {
        let count = HourBench.objects.count
        for (index, object) in HourBench.objects.enumerated() {
            let missing = (made..<number).count { $0 % count == index }
            if missing > 0 { _ = try await node.org.create(missing, of: object) }
        }
        return number
    }
}

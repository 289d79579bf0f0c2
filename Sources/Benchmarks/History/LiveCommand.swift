import ArgumentParser
import AsyncHTTPClient
import Domain
import Drawing
import Engine
import EngineAPI
import Foundation
import Interface
import Logging
import Primitives
import ServiceLifecycle
import Store

/// The dashboard with its engine over a long history: its start, its keys while events arrive, its rest.
struct LiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "live", shouldDisplay: false)

    @Option(name: .customLong("data-dir")) var directory: String
    @Option var events: Int
    @Option(help: "Events a second.") var rate = 2000
    @Option var seconds = 10
    @Option(help: "Events that were sent before.") var sent = 0
    @Flag(help: "Only the first frame.") var start = false

    func run() async throws {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        try ColdFile.drop(directory)
        let clock = ContinuousClock()
        let began = clock.now
        let store = try SQLiteStore(directory: directory, logger: logger)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .bench)
        let engine = Engine.measured(store: store, client: client, logger: logger)
        let group = ServiceGroup(services: [engine], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let inbox = LiveInbox()
            let (drawing, drawn) = AsyncStream.makeStream(of: Void.self)
            async let measured = LiveDashboard.run(engine, inbox) { drawn.finish() }
            for await _ in drawing {}
            let first = (clock.now - began).components
            if start {
                let time = Double(first.seconds) * 1000 + Double(first.attoseconds) / 1e15
                say(.limited("open, start the engine, load and draw the first screen, cold", time, below: 150))
            } else {
                try await use(engine, inbox)
            }
            inbox.close()
            let measurements = await measured
            if !start { report(measurements) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        try await client.shutdown()
        try await store.close()
    }

    private func report(_ measured: LiveDashboard.Measurements) {
        let meanwhile = "while \(rate) events/s arrive"
        func report(_ name: String, _ elapsed: Samples, _ processor: Samples, below limit: Double) {
            say(.limited("\(name) \(meanwhile), p99", elapsed.percentile(0.99), below: limit, reason: Self.reason))
            say(BenchRow(name: "\(name) \(meanwhile), p50", value: elapsed.percentile(0.5), unit: "ms", goal: ""))
            let name = "\(name) \(meanwhile): the processor in its thread, p99"
            say(BenchRow(name: name, value: processor.percentile(0.99), unit: "ms", goal: ""))
        }
        report("key to screen", measured.keys, measured.keysProcessor, below: 16)
        let size = LiveDashboard.size
        report("a frame of \(size.width)×\(size.height)", measured.frames, measured.framesProcessor, below: 8)
    }

    private static let reason = """
        the load, the engine and the screen share two cores, which are full at this rate (see the row of the processor); the \
        screen's own thread needs less than its time (see the row of its processor time), and waits for the others. What would \
        be needed: a third core, or events that cost less to store.
        """

    /// Keys while events arrive, then rest.
    private func use(_ engine: Engine, _ inbox: LiveInbox) async throws {
        let notices = engine.notices()
        let following = Task { await inbox.follow(notices) }
        defer { following.cancel() }
        async let pressing: Void = press(inbox)
        let before = Measured.processorMilliseconds
        let sent = try await Self.send(engine, rate: rate, seconds: seconds, after: events + sent)
        let busy = (Measured.processorMilliseconds - before) / Double(max(1, seconds)) / 10
        await pressing
        say(
            BenchRow(
                name: "of \(rate) events/s arrived",
                value: sent,
                unit: "/s",
                goal: "≥ \(rate * 98 / 100) /s",
                isMet: sent >= Double(rate) * 0.98,
                cost: busy * 10_000 / max(1, sent),
                reason: Self.reason
            )
        )
        say(BenchRow(name: "the processor while \(rate) events/s arrive", value: busy, unit: "% of a core", goal: ""))
        say(.limited("resident memory", Measured.residentMegabytes, unit: "MB", below: 150))
        let rest = try await Self.rest()
        say(BenchRow(name: "until rest after \(rate) events/s", value: rest.seconds, unit: "s", goal: ""))
        say(.limited("wake-ups while idle", rest.wakeups, unit: "/s", below: Self.mostWakeups))
    }

    private func press(_ inbox: LiveInbox) async {
        for index in 0..<(seconds * 1000 / 41) {
            inbox.post(.key(Self.keys[index % Self.keys.count], at: ContinuousClock.now))
            // No multiple of the frame's time, so that keys meet everything that happens beside them.
            try? await Task.sleep(for: .milliseconds(41))
        }
    }

    /// Moving, paging, filtering by words and by facets, and back.
    private static let keys: [Key] =
        [.up, .up, .down, .pageUp, .pageUp, .home, .end, .character("f")]
        + [.character("/")] + "energy berlin".map { .character($0) } + [.enter, .up, .escape]
        + [.character("/")] + "state:dead".map { .character($0) } + [.enter, .pageUp, .escape]

    /// How many events a second came in.
    private static func send(_ engine: Engine, rate: Int, seconds: Int, after count: Int) async throws -> Double {
        let instance = try await engine.receiver(token: HistoryFixture.receiverToken.exposed)
        guard let instance else { throw BenchFault("live: no instance has the receiver token") }
        let fixture = WebhookFixture(path: "", secret: HistoryFixture.receiverSecret.exposed)
        let clock = ContinuousClock()
        let began = clock.now
        var sent = 0
        // Fifty portions a second, each of callers side by side as a listener has them.
        for tick in 0..<(seconds * 50) {
            try await clock.sleep(until: began + .milliseconds(tick * 20))
            let first = sent
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<(rate / 50) {
                    group.addTask {
                        let number = count + first + index
                        let webhook = fixture.webhook(number, now: .now())
                        _ = try await engine.receive(webhook, for: instance)
                    }
                }
                try await group.waitForAll()
            }
            sent += rate / 50
        }
        let elapsed = (clock.now - began).components
        return Double(sent) / (Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18)
    }

    private static let mostWakeups = 2.0
    private static let longestRest = 180

    /// Seconds until nothing is left to be done of what was stored, such as words to enter into their index and parts of it
    /// to merge, and how often threads wake from then on.
    private static func rest() async throws -> (seconds: Double, wakeups: Double) {
        let clock = ContinuousClock()
        let began = clock.now
        while true {
            let seconds = (clock.now - began).inMilliseconds / 1000
            // Long enough that the timer of the measurement itself is a small part.
            let wakeups = try await wakeups(seconds: 5)
            if wakeups < mostWakeups || clock.now - began > .seconds(longestRest) { return (seconds, wakeups) }
        }
    }

    /// How often a thread of this process was woken in a second.
    private static func wakeups(seconds: Int) async throws -> Double {
        let before = Measured.wakeups
        try await Task.sleep(for: .seconds(seconds))
        return Double(Measured.wakeups(since: before)) / Double(seconds)
    }

    private func say(_ row: BenchRow) {
        var row = row
        row.name = "\(events) events: \(row.name)"
        StandardOutput.line(row.json.text)
    }
}

import Domain
import Foundation
import Primitives

/// The program itself on a terminal of 200×60 over a long history: its first frame, its keys, what it writes, its rest.
enum ScreenBench {
    private static let starts = 5
    private static let keys = 100
    private static let rate = 500
    private static let seconds = 10
    /// In the name of every record of the history.
    private static let text = "GmbH"

    static func rows(program: String, directory: String, events: Int) async throws -> [Row] {
        var firsts: [Double] = []
        for _ in 0..<starts {
            try ColdFile.drop(directory)
            let screen = try start(program, directory)
            var frames = screen.frames.makeAsyncIterator()
            firsts.append(
                (try await next(&frames, in: "the first screen") { $0.hasText }.end - screen.started).inMilliseconds
            )
            screen.stop()
        }
        let screen = try start(program, directory)
        defer { screen.stop() }
        var frames = screen.frames.makeAsyncIterator()
        _ = try await next(&frames, in: "the first screen") { $0.hasText }
        let rest = try await idleWakeups(of: screen)
        let process = Int(screen.program.processID)
        let load = try receiver(directory)
        let before = Measured.processorMilliseconds(ofTree: process)
        async let sent = Task.detached { try load.send(rate: rate, seconds: seconds, after: events) }.value
        let busy = try await draw(&frames, seconds: seconds)
        guard try await sent.failures == 0 else { throw BenchFault("screen: webhooks were refused") }
        let used = (Measured.processorMilliseconds(ofTree: process) - before) / Double(seconds) / 10
        let calm = try await press(screen, &frames)
        let name = "\(events) events, the program at 200×60"
        return [
            .limited(
                "\(name): from its start to the first events on the screen, cold",
                Samples(firsts).percentile(0.5),
                below: 150
            ),
            .limited("\(name): key to bytes on the terminal, p99", calm.latency.percentile(0.99), below: 16),
            Row(
                name: "\(name): bytes for each key's frame, median",
                value: calm.bytes.percentile(0.5),
                unit: "B",
                goal: ""
            ),
            Row(name: "\(name): frames while \(rate) events/s arrive", value: busy.perSecond, unit: "/s", goal: ""),
            Row(
                name: "\(name): bytes for each of them, median",
                value: busy.bytes.percentile(0.5),
                unit: "B",
                goal: ""
            ),
            Row(name: "\(name): bytes for each of them, p99", value: busy.bytes.percentile(0.99), unit: "B", goal: ""),
            Row(name: "\(name): the processor meanwhile", value: used, unit: "% of a core", goal: ""),
            .limited("\(name): wake-ups while idle", rest, unit: "/s", below: 2),
        ]
    }

    private static func start(_ program: String, _ directory: String) throws -> WatchedScreen {
        let arguments = ["--data-dir", directory, "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"]
        return try WatchedScreen(program, arguments, width: 200, height: 60, awaiting: text)
    }

    private static func next(
        _ frames: inout AsyncStream<WatchedScreen.Frame>.AsyncIterator,
        in place: String,
        where isWanted: (WatchedScreen.Frame) -> Bool
    ) async throws -> WatchedScreen.Frame {
        while let frame = await frames.next(isolation: #isolation) { if isWanted(frame) { return frame } }
        throw BenchFault("screen: the program ended before \(place) was drawn")
    }

    /// Keys that move the selection, one at a time.
    private static func press(
        _ screen: WatchedScreen,
        _ frames: inout AsyncStream<WatchedScreen.Frame>.AsyncIterator
    ) async throws -> (latency: Samples, bytes: Samples) {
        var (latency, bytes): ([Double], [Double]) = ([], [])
        for number in 0..<keys {
            let typed = ContinuousClock.now
            screen.type(number % 20 < 10 ? "\u{1B}[A" : "\u{1B}[B")
            let frame = try await next(&frames, in: "a key's frame") { $0.end >= typed }
            latency.append((frame.end - typed).inMilliseconds)
            bytes.append(Double(frame.bytes))
            try await Task.sleep(for: .milliseconds(60))
        }
        return (Samples(latency), Samples(bytes))
    }

    /// What is drawn of itself.
    private static func draw(
        _ frames: inout AsyncStream<WatchedScreen.Frame>.AsyncIterator,
        seconds: Int
    ) async throws -> (perSecond: Double, bytes: Samples) {
        let begin = ContinuousClock.now
        var bytes: [Double] = []
        while ContinuousClock.now < begin + .seconds(seconds) {
            bytes.append(Double(try await next(&frames, in: "an event") { $0.end >= begin }.bytes))
        }
        return (Double(bytes.count) / (ContinuousClock.now - begin).inSeconds, Samples(bytes))
    }

    private static func idleWakeups(of screen: WatchedScreen) async throws -> Double {
        let process = String(screen.program.processID)
        try await Task.sleep(for: .seconds(5))
        let before = Measured.wakeups(of: process)
        try await Task.sleep(for: .seconds(10))
        return Double(Measured.wakeups(since: before, of: process)) / 10
    }

    /// The program's listener for webhooks, as its data directory names it.
    private static func receiver(_ directory: String) throws -> Receiver {
        guard let data = FileManager.default.contents(atPath: directory + "/running.json"),
            let address = try JSON(parsing: Array(data))["receiver"]?.string,
            let port = address.split(separator: ":").last.flatMap({ Int($0) })
        else { throw BenchFault("screen: the program does not say where it listens") }
        return Receiver(port: port)
    }

    private struct Receiver: Sendable {
        let port: Int

        func send(rate: Int, seconds: Int, after count: Int) throws -> LoadCommand.Result {
            try LoadCommand.measure(
                port: port,
                path: "/elements/api-v2/events/sfdc/\(HistoryFixture.receiverToken.exposed)",
                secret: HistoryFixture.receiverSecret.exposed,
                requests: rate * (seconds + 3),
                connections: 8,
                first: count * 2,
                rate: Double(rate)
            )
        }
    }
}

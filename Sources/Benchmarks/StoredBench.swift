import ArgumentParser
import Domain
import Drawing
import Foundation
import Interface
import Logging
import Primitives
import Store

/// A store with very many events: opening it, paging through it, drawing it. Measured in a process that does nothing else.
enum StoredBench {
    static func rows(events: Int) async throws -> [BenchRow] {
        let directory = NSTemporaryDirectory() + "/signalbox-bench-\(UInt64.random(in: 0..<(1 << 48)))"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await fill(directory, events: events)
        let child = try ChildProcess(["stored", "--data-dir", directory])
        defer { child.stop() }
        guard let line = child.line() else { throw BenchFault("stored: the measuring process ended without a word") }
        let result = try JSON(parsing: line)
        func row(_ key: String, _ name: String, unit: String, below goal: Double) -> BenchRow {
            let value = IntakeBench.figure(result, key)
            return BenchRow(
                name: "\(events) events: \(name)",
                value: value,
                unit: unit,
                goal: "< \(Int(goal)) \(unit)",
                isMet: value > 0 && value < goal
            )
        }
        return [
            row("open", "open the store", unit: "ms", below: 50),
            row("firstFrame", "open, load and draw the first screen", unit: "ms", below: 150),
            row("page", "a page of 200 by key, p99", unit: "ms", below: 3),
            row("filtered", "a filtered page by key, p99", unit: "ms", below: 3),
            row("frame", "draw a frame of 140×40, p99", unit: "ms", below: 8),
            row("resident", "resident memory", unit: "MB", below: 150),
        ]
    }

    private static func fill(_ directory: String, events: Int) async throws {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let store = try SQLiteStore(directory: directory, logger: logger)
        let instance = try await store.createInstance { id in
            Instance(
                id: id,
                name: "bench",
                tags: [],
                token: "token",
                configuration: .init(),
                receiverToken: "r",
                receiverSecret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                createdDate: WebhookFixture.stamp,
                updatedDate: WebhookFixture.stamp
            )
        }
        let objects = ["Account", "Contact", "Lead", "Opportunity", "Case"]
        for start in stride(from: 0, to: events, by: 1000) {
            let observations = try (start..<min(start + 1000, events)).map { index in
                Observation(
                    kind: .row,
                    object: objects[index % objects.count],
                    recordID: WebhookFixture.recordID(index),
                    stamp: WebhookFixture.stamp.advanced(bySeconds: Int64(index)),
                    createdDate: WebhookFixture.stamp,
                    isDeleted: index % 50 == 0,
                    fields: try RecordFields(parsing: WebhookFixture.record(index))
                )
            }
            _ = try await store.append(
                IntakeBatch(
                    instanceID: instance.id,
                    instanceName: "bench",
                    instanceTags: [],
                    observations: observations,
                    policies: [:],
                    source: .polling,
                    pollDate: WebhookFixture.stamp,
                    receivedAt: WebhookFixture.stamp,
                    filterNulls: true,
                    hasCallback: false
                )
            )
        }
        try await store.close()
    }
}

/// The measuring half, in its own process.
struct StoredCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "stored", shouldDisplay: false)

    @Option(name: .customLong("data-dir")) var directory: String

    func run() async throws {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let directory = directory
        let made = logger
        let clock = ContinuousClock()
        let started = clock.now
        let (open, store) = try await Measured.milliseconds { try SQLiteStore(directory: directory, logger: made) }
        var screen = Screen()
        try await screen.load(store)
        _ = screen.dashboard.frame()
        let first = (clock.now - started).components
        let total = try await store.counts(.init()).total
        let plain = try await pages(store, total: total, filter: .init())
        var filter = EventFilter()
        filter.objects = ["Account"]
        filter.changes = [.deleted]
        let filtered = try await pages(store, total: total, filter: filter)
        var frames: [Double] = []
        for index in 0..<200 {
            _ = screen.update(.input(.key(Key(index % 2 == 0 ? .up : .down))))
            frames.append(await Measured.milliseconds { screen.dashboard.frame() }.0)
        }
        let line: JSON = [
            "open": .number(String(open)),
            "firstFrame": .number(String(Double(first.seconds) * 1000 + Double(first.attoseconds) / 1e15)),
            "page": .number(String(plain.percentile(0.99))), "filtered": .number(String(filtered.percentile(0.99))),
            "frame": .number(String(Samples(frames).percentile(0.99))),
            "resident": .number(String(Measured.residentMegabytes)),
        ]
        print(line.text)
        try await store.close()
    }

    private func pages(_ store: SQLiteStore, total: Int64, filter: EventFilter) async throws -> Samples {
        var times: [Double] = []
        for step in 0..<100 {
            let request = PageRequest(
                direction: step % 2 == 0 ? .newestFirst : .oldestFirst,
                after: total / 101 * Int64(step + 1),
                limit: 200,
                filter: filter
            )
            let (milliseconds, rows) = try await Measured.milliseconds { try await store.events(request) }
            guard !rows.isEmpty else { throw BenchFault("an empty page in the middle of the store") }
            times.append(milliseconds)
        }
        return Samples(times)
    }
}

/// The dashboard with its commands answered from a store alone.
private struct Screen {
    var dashboard = Dashboard(
        DashboardSettings(size: Size(width: 140, height: 40)),
        now: WebhookFixture.stamp,
        due: WebhookFixture.stamp
    )

    /// Applies a message at the moment of all events.
    mutating func update(_ message: Message) -> [Command] {
        dashboard.update(message, at: WebhookFixture.stamp, due: WebhookFixture.stamp)
    }

    mutating func load(_ store: SQLiteStore) async throws {
        var pending = update(.start)
        while !pending.isEmpty {
            switch pending.removeFirst() {
            case .loadInstances: pending += update(.instances(.success([])))
            case .loadPage(let token, let request):
                let rows = try await store.events(request)
                pending += update(.page(token: token, .success(rows)))
            case .loadCounts(let token, let filter):
                let counts = try await store.counts(filter)
                pending += update(.counts(token: token, .success(counts)))
            case .loadHistogram(let use, let token, let request):
                let histogram = try await store.histogram(request)
                pending += update(.histogram(use, token: token, .success(histogram)))
            default: break
            }
        }
    }
}

import ArgumentParser
import Domain
import Foundation
import Logging
import Primitives
import Store

/// The queries one by one, in a process that does nothing else; prints a row for each as JSON.
struct QueriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "queries", shouldDisplay: false)

    @Option(name: .customLong("data-dir")) var directory = ""
    @Option(help: "A database of PostgreSQL in place of the directory; only searches are asked of it.") var database:
        String?
    @Option var events: Int
    @Flag(help: "Only the searches.") var searches = false
    @Flag(help: "Only what is compared between histories of several lengths.") var reading = false

    /// The filters whose terms an index or the counters answer, then those that look at events.
    private static let filters = [
        "object:Lead", "change:deleted", "object:Lead change:created", "state:dead", "state:delivered",
        "source:polling",
        "since:2h", "until:2026-01-01", "since:20d until:19d object:Case", "state:dead since:1d", "replay:failed",
        "-replay:succeeded", "id:003000000000001AAA", "event:nothing", "object:Lead | state:dead",
    ]
    private static let scans = [
        "field:Name", "field:Nothing", "status:5xx", "took:>890ms", "attempts:>1", "error:timed",
    ]

    func run() async throws {
        guard database == nil else { return try await search(of: 1) }
        let store = try Self.open(directory)
        let id = try await store.instances().first?.id ?? 1
        if !searches {
            let reading = Reading(store: store, instance: id, directory: directory, events: events)
            for row in try await reading.rows() { say(row) }
        }
        if !searches, !reading { try await look(store, id) }
        try await store.close()
        try await search(of: id)
    }

    private func look(_ store: SQLiteStore, _ id: InstanceID) async throws {
        var all = EventFilter()
        all.instanceIDs = [id]
        try await row("list: the newest page", below: 3) { _ = try await store.events(PageRequest(filter: all)) }
        try await row("list: the totals", below: 16) { _ = try await store.counts(all) }
        try await row("status line: activity of a day", below: 16) {
            _ = try await store.activity(id, since: Timestamp.now().advanced(bySeconds: -86_400))
        }
        let asked = StatisticsRequest(instance: id, callbackURL: HistoryFixture.callbackURL)
        try await row("overview: the figures", below: 50) { _ = try await store.statistics(asked, at: .now()) }
        try await row("header: the last attempt", below: 16) {
            _ = try await store.lastAttempt(id, url: HistoryFixture.callbackURL)
        }
        try await row("header: the last attempt at another address", below: 16) {
            _ = try await store.lastAttempt(id, url: "http://127.0.0.1:9/other")
        }
        let middle = Int64(events / 2)
        try await row("detail: an event", below: 16) { _ = try await store.event(sequence: middle) }
        for text in Self.filters {
            let filter = try filter(text, of: id)
            try await row("page of \(text)", below: 16) { _ = try await store.events(PageRequest(filter: filter)) }
            try await row("count of \(text)", below: filter.isByFacetsAlone ? 5 : nil) {
                _ = try await store.counts(filter, limit: 50_000)
            }
        }
        for text in Self.scans {
            let filter = try filter(text, of: id)
            try await row("page of \(text), looking at events", times: 3) {
                _ = try await store.events(PageRequest(filter: filter))
            }
        }
    }

    private func search(of id: InstanceID) async throws {
        try await search(HistoryFixture.words(events), "words", of: id)
        try await search(HistoryFixture.wordsBesideTerms(events), "words beside other terms", of: id)
    }

    private func search(_ searches: [String], _ kind: String, of id: InstanceID) async throws {
        var (cold, warm, processor, counting): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
        for text in searches {
            let page = PageRequest(filter: try filter(text, of: id))
            if database == nil { try ColdFile.drop(directory) }
            let store = try await openStore()
            cold.append(try await Measured.milliseconds { _ = try await store.events(page) }.0)
            let times = try await Self.times(5) { _ = try await store.events(page) }
            warm.append(times.elapsed.percentile(0.5))
            processor.append(times.processor.percentile(0.5))
            counting.append(
                try await Measured.milliseconds { _ = try await store.counts(page.filter, limit: 50_000) }.0
            )
            try await store.close()
            if processor.last ?? 0 > 25 || cold.last ?? 0 > 100 {
                say(BenchRow(name: "search: \(text), \(first)", value: cold.last ?? 0, unit: "ms", goal: ""))
                say(BenchRow(name: "search: \(text), warm", times.elapsed.percentile(0.5), times, nil))
            }
        }
        let name = "search: first page of \(searches.count) searches of \(kind)"
        let goal = database == nil ? 100.0 : 150
        say(.limited("\(name), \(first), p95", Samples(cold).percentile(0.95), below: goal, reason: Self.reason))
        say(.limited("\(name), warm, p95", Samples(warm).percentile(0.95), below: goal, reason: Self.reason))
        if database == nil {
            let time = Samples(processor).percentile(0.95)
            say(BenchRow(name: "search: \(kind): processor time, warm, p95", value: time, unit: "ms", goal: ""))
        }
        let counts = Samples(counting).percentile(0.95)
        say(BenchRow(name: "search: \(kind): their counts, p95", value: counts, unit: "ms", goal: ""))
    }

    private static let reason = """
        the rows of single searches above say which are dear. What lacks a word (`-word` alone) that many events bear, though no \
        long run of them, is found by going through all that an instance has, and what begins so that thousands of words do by \
        gathering them; with nothing in memory both wait for the disk. What would be needed for the second: an index of beginnings, \
        which would more than double the index of words.
        """

    private func filter(_ text: String, of id: InstanceID) throws -> EventFilter {
        var filter = try EventFilter(parsing: text, now: .now())
        filter.instanceIDs = [id]
        return filter
    }

    /// What a search is that finds nothing of the store in memory; PostgreSQL keeps its own, but the connection is a new one.
    private var first: String { database == nil ? "cold" : "of a new connection" }

    private func openStore() async throws -> any EventStore {
        #if PostgreSQL
        if let database { return try await SearchBench.open(database) }
        #endif
        return try Self.open(directory)
    }

    private static func open(_ directory: String) throws -> SQLiteStore {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        return try SQLiteStore(directory: directory, logger: logger)
    }

    private static func times(_ times: Int, _ body: () async throws -> Void) async throws -> Times {
        var spent = Times()
        for _ in 0..<times { try await spent.measure(body) }
        return spent
    }

    private func row(
        _ name: String,
        times: Int = 20,
        below goal: Double? = nil,
        _ body: () async throws -> Void
    ) async throws {
        let samples = try await Self.times(times, body)
        say(BenchRow(name: "\(name), p95", samples.elapsed.percentile(0.95), samples, goal))
    }

    private func say(_ row: BenchRow) {
        var row = row
        row.name = "\(database == nil ? "" : "PostgreSQL, ")\(events) events: \(row.name)"
        StandardOutput.line(row.json.text)
    }
}

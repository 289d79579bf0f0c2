import Domain
import Foundation
import Primitives
import Store

/// What a person asks of a long history, all over it: pages, filtered pages, jumps to a time and counts; and what the history
/// takes on the disk.
struct Reading {
    let store: SQLiteStore
    let instance: InstanceID
    let directory: String
    let events: Int

    /// Filters that facets alone decide, from the commonest to the rarest, and with each way of putting terms together.
    static let facets = [
        "object:Lead", "change:deleted", "object:Lead change:created", "state:dead", "state:delivered",
        "object:Account,Case change:created,updated state:delivered", "object:Lead state:dead", "replay:failed",
        "-replay:succeeded", "-object:Lead", "object:Lead | state:dead", "object:Case -(change:deleted | state:dead)",
    ]
    /// Places in the history at which each is asked for: of fewer, one wait for a processor would be the 99th percentile.
    private static let places = 300

    func rows() async throws -> [BenchRow] {
        var all = EventFilter()
        all.instanceIDs = [instance]
        let plain = try await pages(all)
        var (filtered, every, counted): ([String: Times], Times, Times) = ([:], Times(), Times())
        for text in Self.facets {
            var filter = try EventFilter(parsing: text, now: .now())
            filter.instanceIDs = [instance]
            let times = try await pages(filter)
            filtered[text] = times
            every.add(times)
            for _ in 0..<10 { try await counted.measure { _ = try await store.counts(filter, limit: 50_000) } }
        }
        let jumped = try await jumps(all)
        let size = DiskSize(directory)
        return [
            BenchRow(name: "a page by key, anywhere, p99", plain.elapsed.percentile(0.99), plain, 3),
            BenchRow(name: "a page of a filter by facets, anywhere, p99", every.elapsed.percentile(0.99), every, 3),
            slowestRow(filtered),
            BenchRow(name: "a jump to a time, p99", jumped.elapsed.percentile(0.99), jumped, 5),
            BenchRow(name: "a count of a filter by facets, p99", counted.elapsed.percentile(0.99), counted, 5),
            try await sizeRow(size),
        ]
    }

    private func slowestRow(_ filtered: [String: Times]) -> BenchRow {
        let slowest = filtered.max { $0.value.elapsed.percentile(0.5) < $1.value.elapsed.percentile(0.5) }
        let name = "the slowest of these \(filtered.count) filters, \(slowest?.key ?? ""), p50"
        let times = slowest?.value ?? Times()
        return BenchRow(name: name, times.elapsed.percentile(0.5), times, nil)
    }

    private func pages(_ filter: EventFilter) async throws -> Times {
        var times = Times()
        for place in 0..<Self.places {
            let request = PageRequest(
                direction: place % 2 == 0 ? .newestFirst : .oldestFirst,
                after: Int64(events) * Int64(place + 1) / Int64(Self.places + 1),
                filter: filter
            )
            try await times.measure { _ = try await store.events(request) }
        }
        return times
    }

    /// To moments from the first event's to the last one's, as the dashboard asks for them.
    private func jumps(_ filter: EventFilter) async throws -> Times {
        guard let first = try await store.events(PageRequest(direction: .oldestFirst, limit: 1)).first?.receivedAt,
            let last = try await store.events(PageRequest(limit: 1)).first?.receivedAt
        else { throw BenchFault("reading: the store has no events") }
        var times = Times()
        for place in 1...Self.places {
            let share = Double(place) / Double(Self.places)
            var asked = filter
            asked.to = first.advanced(byMilliseconds: Int64(Double(last.since(first)) * share))
            let request = PageRequest(filter: asked)
            let page = try await times.measure { try await store.events(request) }
            guard !page.isEmpty else { throw BenchFault("reading: nothing was stored before a moment of the history") }
        }
        return times
    }

    /// The files beside what came in: the records as the org spelled them, measured at some of the events.
    private func sizeRow(_ size: DiskSize) async throws -> BenchRow {
        let step = max(1, events / 500)
        var bytes: [Int] = []
        for sequence in stride(from: 1, to: events, by: step) {
            if let record = try await store.event(sequence: Int64(sequence))?.event.record {
                bytes.append(record.utf8.count)
            }
        }
        let total = try await Double(store.counts(EventFilter()).total)
        let records = Double(bytes.reduce(0, +)) / Double(max(1, bytes.count)) * total / 1_000_000
        return BenchRow(
            name: "size on disk, the index of words included",
            value: size.megabytes,
            unit: "MB",
            limitName: "the records",
            limit: records,
            goal: "ratio ≤ 2.5",
            isMet: size.megabytes / records <= 2.5,
            reason: """
                an update keeps the values that it replaced beside its record, the index of words takes 0.4 times the records, the \
                rows and indexes of events, deliveries, attempts and the ledger 0.7 times. What would be needed: former values \
                that are told from the event before, or payloads that are compressed.
                """
        )
    }
}

/// What a directory's files take.
struct DiskSize {
    let megabytes: Double

    init(_ directory: String) {
        let files = FileManager.default
        let names = (try? files.contentsOfDirectory(atPath: directory)) ?? []
        let bytes = names.reduce(0) { sum, name in
            sum + ((try? files.attributesOfItem(atPath: "\(directory)/\(name)"))?[.size] as? Int ?? 0)
        }
        megabytes = Double(bytes) / 1_000_000
    }
}

import Domain
import Primitives
import Store
import TestSupport
import Testing

@Suite(.databases)
struct StatisticsTests {
    private let url = "http://127.0.0.1:9/callback"

    @Test(
        "The figures are those of the events: by instance, by object, of the callback, and the oldest that waits",
        arguments: StoreKind.allCases
    )
    func figures(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let (store, id) = (fixture.store, fixture.instance.id)
            let request = StatisticsRequest(instance: id, callbackURL: url)
            let now = Timestamp(seconds: 9010)
            let none = try await store.statistics(request, at: now)
            #expect(none.instances.isEmpty && none.events == EventFigures())
            _ = try await store.append(fixture.batch([.row(1, at: 4000), .row(2, at: 4001)], receivedAt: 8000))
            _ = try await store.append(fixture.batch((3...9).map { .row($0, at: 4002) }, receivedAt: 9000))
            let sent = try await fixture.due(at: 9000)
            try await fixture.attempt(sent[0], .delivered, status: 201)
            try await fixture.attempt(sent[1], .retrying, status: 503, next: 9500)
            let statistics = try await store.statistics(request, at: now)
            let counts = try await store.counts(EventFilter())
            #expect(statistics.instances == [id: InstanceFigures(counts: counts, perMinute: 7)])
            #expect(statistics.events?.objects.map(\.counts.total).reduce(0, +) == counts.total)
            #expect(statistics.events?.callback.attempts == 2 && statistics.events?.callback.failures == 1)
            #expect(statistics.events?.oldestOpen == Timestamp(seconds: 8000))
            // Another address, another instance, and none in particular.
            let elsewhere = StatisticsRequest(instance: id, callbackURL: url + "/other")
            #expect(try await store.statistics(elsewhere, at: now).events?.callback.attempts == 0)
            let other = try await store.createInstance { .sample($0) }
            let idle = try await store.statistics(.init(instance: other.id, callbackURL: url), at: now)
            #expect(idle.events == EventFigures() && idle.instances[other.id] == nil)
            #expect(try await store.statistics(nil, at: now).events == nil)
            // The dashboard's status line counts the slots of the same minute.
            let minute = ActivitySummary.lastMinute(at: now)
            let activity = try await store.activity(id, since: minute.lowerBound)
            #expect(activity.count(in: minute) == 7)
            // What was stored before the last minute is no rate any more.
            let later = try await store.statistics(nil, at: now.advanced(bySeconds: 50))
            #expect(later.instances[id]?.perMinute == 0 && later.instances[id]?.counts == counts)
        }
    }
}

/// Which records change most.
@Suite(.databases)
struct BusyRecordsTests {
    @Test(
        "Records with more than one event of the last day are told, the most first, each instance its own",
        arguments: StoreKind.allCases
    )
    func busiest(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let (store, id) = (fixture.store, fixture.instance.id)
            let now = Timestamp(seconds: 200_000)
            let request = StatisticsRequest(instance: id, callbackURL: "http://127.0.0.1:9/")
            func busiest(_ id: InstanceID? = nil) async throws -> BusyRecords? {
                try await store.statistics(.init(instance: id ?? request.instance, callbackURL: ""), at: now).events?
                    .busiest
            }
            // Long ago, none of it counts.
            for stamp in 1...4 {
                let row = Observation.row(9, at: 1000 + Int64(stamp), name: "Old \(stamp)")
                _ = try await store.append(fixture.batch([row], receivedAt: 90_000))
            }
            #expect(try await busiest() == BusyRecords())
            let times = [1: 5, 2: 1, 3: 2, 4: 5, 5: 0]
            var stamp: Int64 = 5000
            for (number, count) in times.sorted(by: { $0.key < $1.key }) {
                for change in 0..<count {
                    stamp += 1
                    let row = Observation.row(number, at: stamp, name: "Acme \(number).\(change)")
                    _ = try await store.append(fixture.batch([row], receivedAt: 150_000 + stamp))
                }
            }
            let found = try #require(try await busiest())
            #expect(found.records.map(\.events) == [5, 5, 2])
            #expect(found.records.map(\.newest.recordName) == ["Acme 4.4", "Acme 1.4", "Acme 3.1"])
            #expect(found.records.allSatisfy { $0.newest.delivery == nil && $0.newest.instanceID == id })
            #expect(found.since == now.advanced(byMilliseconds: -BusyRecords.span))
            let other = try await store.createInstance { .sample($0) }
            #expect(try await busiest(other.id) == BusyRecords())
        }
    }
}

struct RecentRatesTests {
    private let minute = ActivitySummary.lastMinute(at: Timestamp(seconds: 1003))

    @Test func `a minute is six slots, of which the running one is the last`() {
        #expect(minute == Timestamp(seconds: 950)..<Timestamp(seconds: 1010))
        let summary = ActivitySummary(since: Timestamp(seconds: 900), events: [940: 1, 950: 20, 1000: 300, 1010: 4000])
        #expect(summary.count(in: minute) == 320)
    }

    @Test func `where more came than is looked at, all of the minute are counted`() {
        func rates(isCut: Bool) -> [InstanceID: Int] {
            RecentRates([1: 16_384], isCut: isCut, in: minute, of: [1, 2]) { id, since in
                // All of them came within one slot.
                ActivitySummary(since: since, events: [980: id == 1 ? 30_000 : 0])
            }.perMinute
        }
        #expect(rates(isCut: false) == [1: 16_384])
        #expect(rates(isCut: true) == [1: 30_000, 2: 0])
    }
}

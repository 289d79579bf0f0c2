import Domain
import Primitives
import Store
import TestSupport
import Testing

@Suite(.databases)
struct HistogramTests {
    @Test(
        """
        Many events are counted by ranges, exactly, whatever lies in a block, and failures beside them, with another \
        instance's events between them and without
        """,
        arguments: StoreKind.allCases,
        [false, true]
    )
    func bins(kind: StoreKind, isShared: Bool) async throws {
        try await kind.run { fixture in
            let store = fixture.store
            let other = Fixture(
                store: store,
                instance: try await store.createInstance { .sample($0) },
                directory: fixture.directory
            )
            var random = SeededGenerator(seed: 12)
            var number = 0
            var seconds: Int64 = 5000
            for round in 0..<16 {
                seconds += round == 9 ? -45 : Int64.random(in: 1...40, using: &random)
                let size = [3, 700, 900][round % 3]
                let rows = (0..<size).map { Observation.row(number + $0 + 1, at: seconds - 100) }
                number += size
                if isShared { _ = try await store.append(other.batch(rows.suffix(5), receivedAt: seconds)) }
                let ready = try await store.append(fixture.batch(rows, receivedAt: seconds)).ready
                for id in ready.prefix(round) { try await fixture.attempt(id, round % 2 == 0 ? .dead : .retrying) }
                for id in ready.prefix(3) {
                    let status = round % 4 == 0 ? 200 : 500
                    try await fixture.attempt(id, .delivered, status: status, isReplay: true)
                }
            }
            var filter = EventFilter()
            filter.instanceIDs = [fixture.instance.id]
            let all = try await store.events(PageRequest(direction: .oldestFirst, limit: 100_000, filter: filter))
            var failing = filter
            failing.expression = .failed
            let failed = Set(
                try await store.events(PageRequest(direction: .oldestFirst, limit: 100_000, filter: failing)).map(
                    \.sequence
                )
            )
            #expect(all.count == number && failed.count > 20)

            let history = try await store.histogram(HistogramRequest(filter, .sequences(cut: 5001), bins: 7))
            expect(history, all.map { ($0.sequence, failed.contains($0.sequence)) })
            #expect(history.bins.contains { $0.start == 5001 })
            for (from, to, bins) in [(4900, 5700, 512), (5000, 5200, 3), (5000, 5001, 1000)] as [(Int64, Int64, Int)] {
                let span = HistogramRequest.Axis.times(from: Timestamp(seconds: from), to: Timestamp(seconds: to))
                let inside = all.filter { (from..<to).contains($0.receivedAt.seconds) }
                let byTime = try await store.histogram(HistogramRequest(filter, span, bins: bins))
                expect(byTime, inside.map { ($0.receivedAt.milliseconds, failed.contains($0.sequence)) })
                // The same, looked at event by event.
                var looked = filter
                looked.expression = EventFilter.words("")
                looked.from = Timestamp(seconds: 1)
                #expect(try await store.histogram(HistogramRequest(looked, span, bins: bins)) == byTime)
            }
            filter.instanceIDs = [other.instance.id + 1]
            #expect(try await store.histogram(HistogramRequest(filter, .sequences(cut: nil), bins: 7)).bins.isEmpty)
        }
    }

    private func expect(_ histogram: EventHistogram, _ events: [(position: Int64, failed: Bool)]) {
        let bins = histogram.bins
        #expect(histogram.total == Int64(events.count))
        for (number, bin) in bins.enumerated() {
            let end = number + 1 < bins.count ? bins[number + 1].start : Int64.max
            let own = events.filter { bin.start <= $0.position && $0.position < end }
            #expect(bin.events == Int64(own.count) && bin.failures == Int64(own.count { $0.failed }))
        }
    }
}

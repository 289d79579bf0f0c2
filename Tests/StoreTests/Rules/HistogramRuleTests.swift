import Domain
import Primitives
import TestSupport
import Testing

@testable import Store

/// Histograms over an index in memory; the contract's tests do the same with a store's own.
struct HistogramRuleTests {
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `bins hold exactly what a look at all events finds`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let index = MemoryIndex(random: &random)
        for round in 0..<8 {
            var filter = MemoryIndex.filter(&random)
            if round % 2 == 0 {
                (filter.expression, filter.recordID, filter.from, filter.to) = (.everything, nil, nil, nil)
            }
            if round % 4 == 0 { filter.excludedReplays = [] }
            let wanted = index.events.filter { $0.passes(filter) }
            var failing = EventFilter()
            failing.expression = .failed
            let count = Int.random(in: 1...90, using: &random)
            let note: Comment = "seed \(seed), round \(round): \(filter)"

            let cut = Int64.random(in: 0...9000, using: &random)
            let bySequence = try EventHistogram.of(HistogramRequest(filter, .sequences(cut: cut), bins: count), index)
            #expect(bySequence.bins.count <= count + 1, note)
            expect(bySequence, wanted.map { ($0.sequence, $0.passes(failing)) }, note)
            if let first = wanted.first, let last = wanted.last, (first.sequence...last.sequence).contains(cut) {
                let before = bySequence.bins.filter { $0.start < cut }.reduce(0) { $0 + $1.events }
                #expect(before == Int64(wanted.count { $0.sequence < cut }), note)
            }

            let from = Int64.random(in: 600...2000, using: &random)
            let to = from + Int64.random(in: 1...1500, using: &random)
            let axis = HistogramRequest.Axis.times(from: .init(milliseconds: from), to: .init(milliseconds: to))
            let byTime = try EventHistogram.of(HistogramRequest(filter, axis, bins: count), index)
            let inside = wanted.filter { (from..<to).contains($0.time) }
            if !filter.indexed().isByFacetsAlone {
                let few = try EventHistogram.of(HistogramRequest(filter, axis, bins: count), index, most: 5)
                #expect(few.isCut ? inside.count >= 5 : inside.count <= 5, note)
                expect(few, inside.suffix(5).map { ($0.time, $0.passes(failing)) }, note)
            }
            #expect(!byTime.isCut && !bySequence.isCut, note)
            expect(byTime, inside.map { ($0.time, $0.passes(failing)) }, note)
            #expect(byTime.bins.allSatisfy { (from..<to).contains($0.start) }, note)
        }
    }

    private func expect(_ histogram: EventHistogram, _ events: [(position: Int64, failed: Bool)], _ note: Comment) {
        let bins = histogram.bins
        #expect(bins.map(\.start) == bins.map(\.start).sorted() && histogram.total == Int64(events.count), note)
        #expect(bins.reduce(0) { $0 + $1.failures } == Int64(events.count { $0.failed }), note)
        for (number, bin) in bins.enumerated() {
            let end = number + 1 < bins.count ? bins[number + 1].start : Int64.max
            let own = events.filter { bin.start <= $0.position && $0.position < end }
            #expect(bin.events == Int64(own.count) && bin.failures == Int64(own.count { $0.failed }), note)
        }
    }

    @Test(arguments: [
        (Int64.min, Int64.max, 512), (Int64.max - 1, Int64.max, 9), (0, 0, 1), (-5, 5, 3), (0, Int64.max, 1),
    ])
    func `any range has bins that cover it`(lower: Int64, upper: Int64, count: Int) {
        let bins = HistogramBins(over: lower...upper, count: count, cut: 1)
        #expect(bins.starts.first == lower && bins.starts.count <= 2 * count + 2)
        #expect(bins.index(of: upper) == bins.starts.count - 1 && bins.index(of: lower) == 0)
        #expect(lower == .min || bins.index(of: lower - 1) == nil)
    }
}

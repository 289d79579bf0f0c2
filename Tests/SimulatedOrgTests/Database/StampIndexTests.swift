import Primitives
import Testing

@testable import SimulatedOrg

struct StampIndexTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `It finds what a search through all entries finds`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var index = StampIndex()
        var model: Set<Pair> = []
        for step in 0..<300 {
            let entry = Pair(
                stamp: Int.random(in: 0..<40, using: &random),
                number: Int.random(in: 0..<9, using: &random)
            )
            index.insert(stamp: entry.stamp, number: entry.number)
            model.insert(entry)
            if step % 50 == 49 {
                index.compact { $0.number != 4 }
                model = model.filter { $0.number != 4 }
            }
            let lower = Int.random(in: -2..<40, using: &random)
            let range = lower...(step % 7 == 0 ? .max : lower + Int.random(in: 0..<9, using: &random))
            let found = index.slice(range).map { Pair(stamp: $0.stamp, number: $0.number) }
            let expected = model.filter { range.contains($0.stamp) }.sorted {
                ($0.stamp, $0.number) < ($1.stamp, $1.number)
            }
            #expect(found == expected, "seed \(seed), step \(step)")
        }
    }

    private struct Pair: Hashable {
        let stamp: Stamp
        let number: Int
    }
}

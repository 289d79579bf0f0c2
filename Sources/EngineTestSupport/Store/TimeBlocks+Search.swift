package import Primitives
package import Store

extension TimeBlocks {
    /// Blocks in which events of a time can be, lowest first, looked up one by one.
    package func numbers(from: Timestamp?, to: Timestamp?) -> [Int64] {
        times.filter { _, times in
            times.upperBound >= from?.milliseconds ?? .min && times.lowerBound < to?.milliseconds ?? .max
        }.keys.sorted()
    }

    package func spans(from: Timestamp, to: Timestamp) -> [ActivityBlocks.Block] {
        numbers(from: from, to: to).compactMap { number in
            times[number].map { .init(number: number, earliest: $0.lowerBound, latest: $0.upperBound) }
        }
    }
}

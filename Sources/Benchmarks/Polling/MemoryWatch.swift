import Engine
import EngineAPI

/// The most memory that this process needed until a quarter, a half and all of so many events were stored.
struct MemoryWatch {
    static let shares = [0.25, 0.5, 1]
    private let watching: Task<[Double], Never>

    /// `base` is the newest sequence before the first of them.
    init(_ engine: Engine, events: Int, after base: Int64) {
        let notices = engine.notices()
        watching = Task {
            var peak = Measured.residentMegabytes
            var peaks = Self.shares.map { _ in peak }
            for await notice in notices {
                guard case .stored(_, let last) = notice else { continue }
                peak = max(peak, Measured.residentMegabytes)
                for (number, share) in Self.shares.enumerated()
                where Double(last - base) <= share * Double(events) { peaks[number] = peak }
            }
            return peaks
        }
    }

    /// Megabytes, for each of the shares.
    func end() async -> [Double] {
        watching.cancel()
        return await watching.value
    }
}

import Domain
import EngineAPI
import Interface
import Primitives

/// Puts the engine's news together while they wait, so that a burst costs one update and one frame, and a stalled
/// terminal a bounded amount of memory.
enum NewsMerge {
    private static let maximumDeliveries = 1000

    /// Two notices of one kind as one; nil for all else.
    static func join(_ first: DashboardLoop.News, _ second: DashboardLoop.News) -> DashboardLoop.News? {
        guard case .message(.notice(let earlier)) = first, case .message(.notice(let later)) = second else {
            return nil
        }
        return join(earlier, later).map { .message(.notice($0)) }
    }

    private static func join(_ first: EngineNotice, _ second: EngineNotice) -> EngineNotice? {
        switch (first, second) {
        case (.stored(let count, let sequence), .stored(let more, let later)):
            return .stored(count: count.adding(saturating: more), lastSequence: max(sequence, later))
        case (.deliveries(let ids), .deliveries(let more)):
            // Empty means: look again at all of them.
            let isAll = ids.isEmpty || more.isEmpty || ids.count + more.count > maximumDeliveries
            return .deliveries(isAll ? [] : ids + more)
        case (.instance(let id), .instance(let other)): return id == other ? second : nil
        case (.instancesChanged, .instancesChanged): return second
        default: return nil
        }
    }
}

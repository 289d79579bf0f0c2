import Domain
import Interface

/// Puts the engine's news together, so that a burst costs one update and one frame.
enum NewsBatch {
    private static let maximumDeliveries = 1000

    /// The same news in the same order, with neighbouring notices of one kind joined.
    static func coalesced(_ news: [DashboardLoop.News]) -> [DashboardLoop.News] {
        var out: [DashboardLoop.News] = []
        for item in news {
            if case .message(.notice(let next)) = item, case .message(.notice(let last))? = out.last,
                let joined = join(last, next)
            {
                out[out.count - 1] = .message(.notice(joined))
            } else {
                out.append(item)
            }
        }
        return out
    }

    private static func join(_ first: EngineNotice, _ second: EngineNotice) -> EngineNotice? {
        switch (first, second) {
        case (.stored(let count, let sequence), .stored(let more, let later)):
            return .stored(count: count + more, lastSequence: max(sequence, later))
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

import Interface
import Primitives

/// The newest question of each kind that is asked again while somebody types. Nobody waits for the former one any more, and
/// a scan of a long history is not cheap.
final class Searches: Sendable {
    private enum Kind: Hashable { case page(PageReader), counts(CountsUse), histogram(HistogramUse) }

    private let running = Locked<[Kind: Task<Void, Never>]>([:])

    /// Cancels what the command takes the place of.
    func begin(_ command: Command, _ work: Task<Void, Never>) {
        let kind: Kind? =
            switch command {
            case .loadPage(let token, _): .page(PageReader(token: token))
            case .loadCounts(let token, _): .counts(CountsUse(token: token))
            case .loadHistogram(let use, _, _): .histogram(use)
            default: nil
            }
        guard let kind else { return }
        running.withLock { $0.updateValue(work, forKey: kind) }?.cancel()
    }
}

import Domain
import Primitives

/// What a person does to a backlog while its pages come.
final class Interruption: Sendable {
    enum Kind: Sendable, CaseIterable { case pause, cancel }

    let kind: Kind
    private let pagesLeft: Locked<Int>
    private let cancellation = Locked<MemoryLedger.Cancellation?>(nil)

    /// Strikes before the page that follows so many.
    init(_ kind: Kind, after pages: Int) {
        self.kind = kind
        pagesLeft = Locked(pages)
    }

    /// Where the backlog ended that was cancelled, and what had been told by then; nil where none was.
    var cancelled: MemoryLedger.Cancellation? { cancellation.withLock { $0 } }

    func strike(_ object: String, _ ledger: MemoryLedger) async {
        let isDue = pagesLeft.withLock { left in
            defer { left -= 1 }
            return left == 0
        }
        guard isDue else { return }
        switch kind {
        case .pause: await ledger.pause(object, true)
        case .cancel:
            let cancelled = await ledger.cancel(object)
            cancellation.withLock { $0 = cancelled }
        }
    }
}

import Primitives

/// The claims of a store that one process has to itself: in its memory, so that they cost no write, and gone with it, as
/// nobody else can have posted anything meanwhile.
package final class ProcessClaims: Sendable {
    private let table = Locked(ClaimTable())
    private let begin = ContinuousClock.now

    package init() {}

    private var now: Duration { begin.duration(to: .now) }

    package func claim(_ ids: [Int64], for owner: ClaimOwner, lasting milliseconds: Int64) -> [Int64] {
        let now = now
        return table.withLock { $0.claim(ids, for: owner, now: now, until: now + .milliseconds(milliseconds)) }
    }

    package func release(_ ids: [Int64], of owner: ClaimOwner) { table.withLock { $0.release(ids, of: owner) } }

    package func releaseAll(of owner: ClaimOwner) { table.withLock { $0.releaseAll(of: owner) } }

    package func isTaken(_ id: Int64, from owner: ClaimOwner) -> Bool {
        let now = now
        return table.withLock { $0.isTaken(id, from: owner, now: now) }
    }

    /// Those that another owner has by now.
    package func lost(_ ids: [Int64], to owner: ClaimOwner) -> Set<Int64> {
        table.withLock { table in Set(ids.filter { table.isLost($0, to: owner) }) }
    }
}

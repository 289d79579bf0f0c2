import Domain
import EngineAPI
import Primitives
import Store

/// The search for what a held callback is tried with.
extension Dispatcher {
    /// Looks for one delivery of each held callback whose time has come; `DeliveryWindow.place` makes it the probe.
    func findProbes(_ now: Timestamp, _ number: Int) async throws {
        for (id, callback) in window.callbacks {
            guard callback.route != nil, let at = callback.breaker.probeAt,
                let freshAt = callback.breaker.freshProbeAt
            else { continue }
            if callback.breaker.isReleasing {
                try await findRelease(id, number)
            } else if freshAt > now {
                wake(at: freshAt)
            } else if let fresh = try await findFresh(id, number) {
                window.offerProbe(fresh, of: id)
            } else if at > now {
                // What comes until then is tried at once.
                wake(at: at)
            } else if let due = try await findDue(id, now, number) {
                window.offerProbe(due, of: id)
            } else if let next = try await store.nextDue(of: id, after: now) {
                wake(at: next)
            }
        }
    }

    /// One that was never tried, or not since the callback worked.
    private func findFresh(_ id: InstanceID, _ number: Int) async throws -> Int64? {
        guard let place = window.update(id, { $0.breaker.nextPlace() }),
            let tried = window.callbacks[id]?.breaker.tried
        else { return nil }
        let fresh = try await store.queuedDelivery(
            of: id,
            for: owner,
            place: place,
            excluding: window.known.union(tried)
        )
        try check(number)
        return fresh
    }

    /// One that is due, in turn.
    private func findDue(_ id: InstanceID, _ now: Timestamp, _ number: Int) async throws -> Int64? {
        guard let breaker = window.callbacks[id]?.breaker else { return nil }
        for (round, tried) in breaker.leftOut.enumerated() {
            let due = try await store.dueDeliveries(
                of: id,
                for: owner,
                now: now,
                limit: 1,
                excluding: window.known.union(tried)
            )
            try check(number)
            guard let due = due.first else { continue }
            if round > 0 { _ = window.update(id) { $0.breaker.forget() } }
            return due
        }
        return nil
    }

    /// Any delivery that waits may be the one, whatever rung of the ladder it waits for.
    private func findRelease(_ id: InstanceID, _ number: Int) async throws {
        if let fresh = try await findFresh(id, number) { return window.offerProbe(fresh, of: id) }
        guard let tried = window.callbacks[id]?.breaker.tried else { return }
        for known in [window.known, []] {
            let some = try await store.dueDeliveries(
                of: id,
                for: owner,
                now: .distantFuture,
                limit: 1,
                excluding: known.union(tried)
            )
            try check(number)
            // One that is in hand decides when that has ended.
            if !some.isEmpty { return window.offer(some) }
        }
        guard window.callbacks[id]?.breaker.isReleasing == true else { return }
        storingHold(of: id) {
            _ = window.update(id) { callback in
                if tried.isEmpty { callback.breaker.close() } else { callback.breaker.releaseFailed(at: clock.due) }
            }
        }
        notices.post(.instance(id))
        endReleases(id)
        if let next = window.callbacks[id]?.standing.probeAt { wake(at: next) }
    }
}

import Domain
import EngineAPI
import Logging
import Primitives
import Store

/// What replays ask: a notification to themselves for as long as their attempt takes.
extension Dispatcher {
    /// Waits until no attempt of this notification is under way and keeps new ones away until `release`.
    /// Throws where nothing is sent any more, or another owner has it.
    func claim(_ id: Int64, of instance: InstanceID) async throws {
        while true {
            if isStopping { throw ClientError(.unavailable, "Signalbox is shutting down; nothing was sent.") }
            if window.claim(id) {
                claimed += 1
                track(id, of: instance)
                break
            }
            await withCheckedContinuation { claims[id, default: []].append($0) }
        }
        do {
            if try await store.claim([id], for: owner, lasting: claimTime).isEmpty {
                throw ClientError(.conflict, "Another process is sending this notification just now; try again later.")
            }
        } catch {
            await release(id)
            throw error
        }
    }

    /// Milliseconds that claims last beyond the last one: an attempt of each that was made by then has ended.
    var claimTime: Int64 { options.callbackTimeout.multiplied(saturating: 2) }

    /// Replays that wait until an attempt of their notification has ended.
    var waiting: Int { claims.values.reduce(0) { $0 + $1.count } }

    func release(_ id: Int64) async {
        do { try await store.release([id], of: owner) } catch {
            // Its time ends it, and no other is kept from being sent meanwhile.
            logger.error("A delivery can't be given back", metadata: ["error": "\(error)"])
        }
        claimed -= 1
        window.recorded(id)
        untrack(id)
        claims.removeValue(forKey: id)?.forEach { $0.resume() }
        mailbox.enqueue([id])
        leaveIfIdle()
    }

    /// Stores a replay's attempt; its lane goes on if that settled it.
    ///
    /// What the callback answered counts also where it can't be stored; `route` is nil for what says nothing of it.
    func recordReplay(
        _ result: DeliveryResult,
        of id: InstanceID,
        route: Route?,
        notBefore: Timestamp?
    ) async throws {
        if let route { recordAnswer(result.attempt, notBefore, id, route) }
        let ready = try await store.record([result], by: owner)
        mailbox.enqueue(ready)
        notices.post(.deliveries([result.attempt.notificationID]))
    }
}

import Domain
import EngineAPI
import Logging
import Primitives
import Store

/// What replays ask: a notification to themselves for as long as their attempt takes.
extension Dispatcher {
    /// Waits until no attempt of this notification is under way and keeps new ones away until `release`.
    /// Throws where nothing is sent any more, another owner has it, or that attempt doesn't end in time.
    func claim(_ id: Int64, of instance: InstanceID) async throws {
        let end = waitEnd
        while true {
            if isStopping { throw ClientError(.unavailable, "Signalbox is shutting down; nothing was sent.") }
            if window.claim(id) {
                claimed += 1
                track(id, of: instance)
                break
            }
            switch await claims.wait(claims.enter(id), until: end, by: clock) {
            case .came: continue
            case .cancelled: throw CancellationError()
            case .timedOut:
                throw ClientError(
                    .unavailable,
                    outcomes.holds(id)
                        ? "What came of this notification's last attempt can't be stored yet, so that nothing was sent; see "
                            + "to the store, and try again."
                        : "An attempt of this notification is under way, so that nothing was sent; try again later."
                )
            }
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

    /// Whether it is known here that the instance has no callback.
    func lacksRoute(_ id: InstanceID) -> Bool { window.callbacks[id].map { $0.route == nil } ?? false }

    /// Milliseconds that claims last beyond the last one: an attempt of each that was made by then has ended.
    var claimTime: Int64 { options.callbackTimeout.multiplied(saturating: 2) }

    /// Replays that wait until an attempt of their notification has ended.
    var waiting: Int { claims.count }

    /// How long is waited for attempts that others make: one that is under way and one after it, and what came of them is
    /// stored. A disk that refuses may do so for days.
    var waitEnd: Timestamp { clock.due.advanced(byMilliseconds: claimTime.adding(saturating: Self.storingTime)) }

    func release(_ id: Int64) async {
        do { try await store.release([id], of: owner) } catch {
            // Its time ends it, and no other is kept from being sent meanwhile.
            logger.error("A delivery can't be given back", metadata: ["error": "\(error)"])
        }
        claimed -= 1
        window.recorded(id)
        untrack(id)
        claims.resume(id)
        mailbox.enqueue([id])
        leaveIfIdle()
    }

    /// Stores a replay's attempt; its lane goes on if that settled it.
    ///
    /// What the callback answered counts also where it can't be stored; `route` is nil for what says nothing of it.
    func recordReplay(
        _ result: DeliveryResult,
        of id: InstanceID,
        route: CallbackRoute?,
        notBefore: Timestamp?
    ) async throws {
        if let route { recordAnswer(result.attempt, notBefore, id, route) }
        // A database that is away is no reason to begin the program anew.
        let ready = try await store.record([result], by: owner) { [watchdog] in watchdog.rests(.bulkReplay, of: id) }
        mailbox.enqueue(ready)
        notices.post(.deliveries([result.attempt.notificationID]))
    }
}

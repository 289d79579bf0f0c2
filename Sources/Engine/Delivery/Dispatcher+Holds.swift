import Domain
import EngineAPI
import Primitives

/// Holds of callbacks: what people and bulk replays ask of them.
extension Dispatcher {
    /// Tries what waits at once, one after the other, and returns when it is known what came of it: the hold has ended and all that
    /// waits goes out now, or it goes on.
    ///
    /// Where nothing is held, what waits for a later attempt goes out now. A pause that the callback asked for ends as well.
    ///
    /// `waits` is false where the loop doesn't run: it begins with the callback released then.
    ///
    /// - Throws: where that is not known in time; the release goes on.
    func resume(_ id: InstanceID, waits: Bool) async throws {
        let isHeld = window.callbacks[id]?.breaker.isHeld == true
        storingHold(of: id) {
            _ = window.update(id) { callback in
                callback.pace.endPause()
                callback.breaker.release()
            }
        }
        mailbox.wake()
        notices.post(.instance(id))
        guard isHeld else { return await expedite(id) }
        window.backlog = true
        guard waits, !isStopping else { return }
        switch await releases.wait(releases.enter(id), until: waitEnd, by: clock) {
        case .came: return
        case .cancelled: throw CancellationError()
        case .timedOut:
            throw ClientError(
                .unavailable,
                "The callback is to be released, but what its next attempt came to is not known yet: it takes long, or it "
                    + "can't be stored. The hold ends by itself as soon as one succeeds; look again later."
            )
        }
    }

    /// Nothing goes to the callback until a person resumes it; what is under way is finished.
    ///
    /// - Returns: Whether it is on disk, or was, until something newer took its place.
    func hold(_ id: InstanceID, reason: String) async -> Bool {
        storingHold(of: id) { _ = window.update(id) { $0.breaker.hold(reason) } }
        endReleases(id)
        notices.post(.instance(id))
        guard let hold = window.callbacks[id]?.hold.map({ stored($0) }) else { return false }
        await holds.settle()
        return !holds.isLost(hold, of: id)
    }

    /// Takes the place of a held callback's probe, if it is time for one; the attempt that is made then must be recorded.
    func beginProbe(_ id: InstanceID) -> Bool {
        guard let callback = window.callbacks[id], callback.mayProbe(at: clock.due), !isStopping else { return false }
        _ = window.update(id) { $0.breaker.beganProbe() }
        return true
    }

    /// The probe could not be made.
    func abandonProbe(_ id: InstanceID) {
        let next = clock.due.advanced(byMilliseconds: options.breakerSchedule.first ?? 30_000)
        storingHold(of: id) { _ = window.update(id) { $0.breaker.abandonedProbe(until: next) } }
        window.backlog = true
        mailbox.wake()
    }

    /// As it is on disk: its end is of the clock that people set, as the other one means nothing after a restart.
    nonisolated func stored(_ hold: CallbackHold) -> CallbackHold {
        CallbackHold(url: hold.url, reason: hold.reason, until: hold.until.map(clock.shown))
    }

    /// As it was stored, for the breaker. The clock may have been set meanwhile, so that it lasts no longer than a day from now.
    nonisolated func planned(_ hold: CallbackHold) -> CallbackHold {
        let latest = clock.due.advanced(byMilliseconds: 86_400_000)
        return CallbackHold(
            url: hold.url,
            reason: hold.reason,
            until: hold.until.map { min(clock.due(at: $0), latest) }
        )
    }

    func endReleases(_ id: InstanceID? = nil) {
        if let id { releases.resume(id) } else { releases.resumeAll() }
    }
}

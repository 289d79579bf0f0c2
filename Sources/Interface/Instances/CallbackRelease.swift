import Domain
import Drawing
import EngineAPI
import Primitives

/// A callback that a person released: what it answers next says whether that helped.
struct CallbackRelease: Sendable, Hashable {
    let instance: InstanceID
    let at: Timestamp
    /// The overviews that are being read may be older than the release.
    var awaitsOlder: Bool
}

extension State {
    mutating func takeReleased(_ id: InstanceID, _ result: Result<Done, Failure>) {
        areInstancesStale = true
        switch result {
        case .success:
            release = CallbackRelease(instance: id, at: now, awaitsOlder: isLoadingInstances)
            // Whether they arrive is not known before the first of them is answered.
            say(.info, "Released: what was held is being sent again.")
        case .failure(let failure): say(.failure, failure.sentence)
        }
    }

    /// Says what became of a release as soon as the callback has answered, or not.
    mutating func followRelease() {
        guard var known = release else { return }
        guard !known.awaitsOlder else {
            known.awaitsOlder = false
            release = known
            return
        }
        guard let callback = instances?.first(where: { $0.id == known.instance })?.callback else {
            release = nil
            return
        }
        switch callback {
        case .held(let reason, _):
            say(.warning, "Released, but the callback is held again: \(reason)".sentenceEnd)
        case .failing(let reason, let at, _) where at >= known.at:
            say(.warning, "Released, but the callback is still down: \(reason)".sentenceEnd)
        case .healthy(_, _, let at) where at >= known.at:
            say(.success, "The callback takes what was held.", about: .callback)
        case .none: break
        // Nothing was sent since.
        case .idle, .failing, .healthy: return
        }
        release = nil
    }
}

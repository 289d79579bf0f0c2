import Domain
import Primitives

/// A callback that a person released: what it answers next says whether that helped.
struct CallbackRelease: Sendable, Hashable {
    /// What became of it; without words where there is nothing to say.
    struct Outcome: Sendable, Hashable {
        let severity: Severity
        let words: String?
    }

    let instance: InstanceID
    let at: Timestamp
    /// The overviews that are being read may be older than the release.
    private(set) var awaitsOlder: Bool

    init(instance: InstanceID, at: Timestamp, awaitsOlder: Bool) {
        self.instance = instance
        self.at = at
        self.awaitsOlder = awaitsOlder
    }

    /// Looks at the callback's state as it was just read (nil: its instance is gone); nil until something was sent since.
    mutating func follow(_ callback: CallbackState?) -> Outcome? {
        guard !awaitsOlder else {
            awaitsOlder = false
            return nil
        }
        switch callback {
        case .held(let reason, _):
            return Outcome(
                severity: .warning,
                words: "Released, but the callback is held again: \(reason)".sentenceEnd
            )
        case .failing(let reason, let moment, _, _) where moment >= at:
            return Outcome(
                severity: .warning,
                words: "Released, but the callback is still down: \(reason)".sentenceEnd
            )
        case .healthy(_, _, let moment) where moment >= at:
            return Outcome(severity: .success, words: "The callback takes what was held.")
        case nil, .some(.none): return Outcome(severity: .info, words: nil)
        case .idle, .failing, .healthy: return nil
        }
    }
}

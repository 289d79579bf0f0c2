package import Domain
package import Primitives

extension Instance {
    /// The same with the ends of its former secrets led over to the clock as it is set now; none has longer than when it was
    /// rotated away.
    package func settled(step: Int64, now: Timestamp) -> Instance {
        let latest = now.advanced(byMilliseconds: FormerSecret.lifetime)
        var settled = self
        settled.formerReceiverSecrets = formerReceiverSecrets.map {
            FormerSecret(secret: $0.secret, expires: min($0.expires.advanced(byMilliseconds: step), latest))
        }
        return settled
    }
}

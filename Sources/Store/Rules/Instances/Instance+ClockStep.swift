package import Domain
package import Primitives

extension Instance {
    /// The same with the ends of its former secrets led over to the clock as it is set now; none has longer than when it was
    /// rotated away.
    package func settled(step: Int64, now: Timestamp) -> Instance {
        func led(_ former: FormerSecret, lifetime: Int64) -> FormerSecret {
            let latest = now.advanced(byMilliseconds: lifetime)
            return FormerSecret(
                secret: former.secret,
                expires: min(former.expires.advanced(byMilliseconds: step), latest)
            )
        }
        var settled = self
        settled.formerReceiverSecrets = formerReceiverSecrets.map { led($0, lifetime: FormerSecret.lifetime) }
        settled.formerSignatureKey = formerSignatureKey.map {
            led($0, lifetime: Int64(configuration.signatureRotation) * 60_000)
        }
        return settled
    }
}

package import Domain
package import EngineAPI
import Logging
import Primitives
import Store

extension Engine {
    /// Each costs a webhook with a wrong signature one more HMAC.
    private static let maximumFormer = 8

    /// Makes a new secret for what the org sends; the one before stays valid for a day. Apex that is deployed is
    /// deployed again at once; where that fails, the instance's state says so.
    package func rotateReceiverSecret(_ id: InstanceID) async throws -> InstanceOverview {
        let entry = try await entry(id)
        let due = clock.due
        let secret = Secrets.webhookSecret()
        try await entry.gate.run {
            guard var instance = registry.entry(id)?.instance else {
                throw ClientError(.notFound, "There is no instance \(id).")
            }
            instance.formerReceiverSecrets.removeAll { $0.expires <= due }
            guard instance.formerReceiverSecrets.count < Self.maximumFormer else {
                throw ClientError(
                    .conflict,
                    "The receiver secret was rotated \(Self.maximumFormer) times within a day; each stays valid for a "
                        + "day, so wait until \(clock.shown(instance.formerReceiverSecrets[0].expires).iso)."
                )
            }
            instance.formerReceiverSecrets.append(
                FormerSecret(
                    secret: instance.receiverSecret,
                    expires: due.advanced(byMilliseconds: FormerSecret.lifetime)
                )
            )
            instance.receiverSecret = secret
            instance.updatedDate = clock.now
            try await store.updateInstance(instance)
            registry.replace(instance)
        }
        context.notices.post(.instance(id))
        if let instance = registry.entry(id)?.instance, standing(instance)?.isDeployed == true {
            do {
                try await deployApex(id)
            } catch {
                context.logger.warning(
                    "The org's Apex has the former secret",
                    metadata: ["instance": "\(id)", "error": "\(error)"]
                )
            }
        }
        return try await self.instance(id)
    }
}

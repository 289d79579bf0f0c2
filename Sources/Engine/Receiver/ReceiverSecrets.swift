import Domain
import EngineAPI
import Logging
import Primitives
import Store

/// Rotates the secrets with which orgs sign what they post.
struct ReceiverSecrets: Sendable {
    /// Each costs a webhook with a wrong signature one more HMAC.
    private static let maximumFormer = 8

    let store: any InstanceStore
    let directory: InstanceDirectory
    let clock: any EngineClock
    let notices: NoticeHub
    let logger: Logger

    /// Makes a new secret; the one before stays valid for a day. Apex that is deployed is deployed again at once; where
    /// that fails, the instance's state says so.
    func rotate(_ id: InstanceID) async throws {
        let entry = try await directory.entry(id)
        let (due, now) = (clock.due, clock.now)
        let secret = Secrets.webhookSecret()
        let isStored = try await entry.watched.edit(in: store) { [clock] instance in
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
            instance.changed(at: now)
        }
        guard isStored else { throw ClientError(.notFound, "There is no instance \(id).") }
        notices.post(.instance(id))
        do {
            try await entry.sources.apex.redeploy()
        } catch {
            logger.warning(
                "The org's Apex has the former secret",
                metadata: ["instance": "\(id)", "error": "\(error)"]
            )
        }
    }
}

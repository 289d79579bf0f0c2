import Domain
import Primitives

/// What verifies the webhooks of an instance: made when its settings change, and asked for each message.
struct ReceiverKeys: Sendable, SecretBearing {
    private let current: StandardWebhooks?
    private let former: [(key: StandardWebhooks, expires: Timestamp)]

    init(_ instance: Instance) {
        current = StandardWebhooks(secret: instance.receiverSecret)
        former = instance.formerReceiverSecrets.compactMap { secret in
            StandardWebhooks(secret: secret.secret).map { ($0, secret.expires) }
        }
    }

    /// Former ones are valid for a while after a rotation; `due` is by the clock that nobody sets.
    func valid(at due: Timestamp) -> [StandardWebhooks] {
        (current.map { [$0] } ?? []) + former.filter { due < $0.expires }.map(\.key)
    }
}

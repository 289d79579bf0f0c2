import Domain
import Primitives

/// What was refused of the webhooks of an instance since the last one that was accepted. Moments are of the clock that nobody
/// sets.
struct WebhookRefusals: Sendable, Hashable {
    /// Who may have sent what was refused.
    enum Sender: Sendable, Hashable {
        /// Its signature was right: whoever knows the secret.
        case known
        /// Anybody who knows the address; its signature is wrong or too old.
        case unverified
        /// The same, without any signature.
        case unsigned
    }

    struct Refusal: Sendable, Hashable {
        var reason: String
        var sender: Sender
        var first: Timestamp
        var last: Timestamp
    }

    /// Milliseconds without an accepted webhook until what anybody may have sent says something about the org.
    static let quiet: Int64 = 300_000
    /// Milliseconds for which that says something; a poll that reconciles has come meanwhile.
    static let lasts: Int64 = 3_600_000

    private var known: Refusal?
    private var stranger: Refusal?
    private var accepted: Timestamp?

    /// What is to be said of it now.
    func standing(at now: Timestamp, allowsUnsigned: Bool) -> Refusal? {
        if let known { return known }
        guard let stranger, now.since(stranger.last) < Self.lasts else { return nil }
        if let accepted, now.since(accepted) < Self.quiet { return nil }
        return stranger.sender == .unsigned && allowsUnsigned ? nil : stranger
    }

    /// True where there was nothing of the kind before.
    mutating func refused(_ reason: String, by sender: Sender, at now: Timestamp) -> Bool {
        let former = sender == .known ? known : stranger
        // What is long past is no part of what goes on now.
        let first = former.flatMap { now.since($0.last) < Self.lasts ? $0.first : nil }
        let refusal = Refusal(reason: reason, sender: sender, first: first ?? now, last: now)
        if sender == .known { known = refusal } else { stranger = refusal }
        return former == nil
    }

    /// True where something was refused before.
    mutating func accepted(at now: Timestamp) -> Bool {
        let isNews = known != nil || stranger != nil
        known = nil
        stranger = nil
        accepted = now
        return isNews
    }
}

extension WebhookRefusals.Refusal {
    /// Cause and way out.
    var sentence: String {
        let cause = String(reason.hasSuffix(".") ? reason.dropLast() : reason[...])
        return switch sender {
        case .known:
            "The org's webhooks are refused (\(cause)); mend what sends them, or deploy the Apex triggers again."
        case .unverified:
            "Webhooks are refused (\(cause)): if they are the org's, deploy the Apex triggers again or give what sends them the "
                + "secret of today; if they are not, somebody else knows the address."
        case .unsigned:
            "Webhooks without a signature are refused (\(cause)): if they are the org's, let what sends them sign them, or allow "
                + "them by \(ConfigurationKey.unsignedWebhooks.rawValue); if they are not, somebody else knows the address."
        }
    }
}

import Domain
import Primitives

/// What was refused of the webhooks of an instance since the last one that was accepted. Moments are of the clock that nobody
/// sets.
struct WebhookRefusals: Sendable, Hashable {
    /// Who may have sent what was refused.
    enum Sender: String, Sendable, Hashable {
        /// Its signature was right: whoever knows the secret.
        case known
        /// The same, from another org: a copy of this one signs with the same secret.
        case foreign
        /// Anybody who knows the address; its signature is wrong or too old.
        case unverified
        /// The same, without any signature.
        case unsigned

        fileprivate var isSigned: Bool { self == .known || self == .foreign }

        /// Milliseconds for which what was refused says something about the org.
        fileprivate var lasts: Int64 { isSigned ? WebhookRefusals.signedLasts : WebhookRefusals.lasts }
    }

    struct Refusal: Sendable, Hashable {
        var reason: String
        var sender: Sender
        var first: Timestamp
        var last: Timestamp

        fileprivate func stands(at now: Timestamp) -> Bool { now.since(last) < sender.lasts }
    }

    /// Milliseconds without an accepted webhook until what anybody may have sent says something about the org.
    static let quiet: Int64 = 300_000
    /// Milliseconds for which that says something; a poll that reconciles has come meanwhile.
    static let lasts: Int64 = 3_600_000
    /// The same for what was signed rightly. It lapses, too: an org whose records rest has nothing to post that could be
    /// accepted, and what was refused may have been a test.
    static let signedLasts: Int64 = 86_400_000

    /// Milliseconds from one refusal of which another node hears to the next, of those who sign and of strangers: anybody may
    /// post as much as they like.
    static let publishedEvery: Int64 = 600_000

    private var known: Refusal?
    private var stranger: Refusal?
    private var accepted: Timestamp?
    private var publishedKnown: Timestamp?
    private var publishedStranger: Timestamp?

    /// What is to be said of it now.
    func standing(at now: Timestamp, allowsUnsigned: Bool) -> Refusal? {
        if let known, known.stands(at: now) { return known }
        guard let stranger, stranger.stands(at: now) else { return nil }
        if let accepted, now.since(accepted) < Self.quiet { return nil }
        return stranger.sender == .unsigned && allowsUnsigned ? nil : stranger
    }

    /// True where nothing of the kind stood before.
    mutating func refused(_ reason: String, by sender: Sender, at now: Timestamp) -> Bool {
        let former = sender.isSigned ? known : stranger
        // What is long past is no part of what goes on now.
        let first = former.flatMap { $0.stands(at: now) ? $0.first : nil }
        let refusal = Refusal(reason: reason, sender: sender, first: first ?? now, last: now)
        if sender.isSigned { known = refusal } else { stranger = refusal }
        return first == nil
    }

    /// Whether the node that holds the instance is to hear of what is refused now.
    mutating func isDueAtHolder(_ sender: Sender, at now: Timestamp) -> Bool {
        let last = sender.isSigned ? publishedKnown : publishedStranger
        if let last, now.since(last) < Self.publishedEvery { return false }
        if sender.isSigned { publishedKnown = now } else { publishedStranger = now }
        return true
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
        case .foreign:
            "Another org's webhooks are refused (\(cause)): if it is a copy of this one, remove the Apex triggers there; if the "
                + "instance is to follow that org, connect it there."
        case .unverified:
            "Webhooks are refused (\(cause)): if they are the org's, deploy the Apex triggers again or give what sends them the "
                + "secret of today; if they are not, somebody else knows the address."
        case .unsigned:
            "Webhooks without a signature are refused (\(cause)): if they are the org's, let what sends them sign them, or allow "
                + "them by \(ConfigurationKey.unsignedWebhooks.rawValue); if they are not, somebody else knows the address."
        }
    }
}

import Domain
import Primitives

/// What an event source found or received at once: the one thing that `Intake` accepts. It is stored in one transaction
/// or not at all.
struct SourceBatch: Sendable {
    var source: ChangeSource
    /// In the order in which the changes happened.
    var observations: [Observation]
    var receivedAt: Timestamp
    /// When it was sent, where its sender signed that.
    var sentAt: Timestamp?
    /// When the source began to ask for them, by the org's clock; nil where the org reported them by itself.
    var pollDate: Timestamp?
    /// How to judge the objects of which the source knows more than the instance does; their names are spelled as the
    /// settings had them. Of others the instance's baseline counts.
    var policies: [String: ChangeDecision.Policy] = [:]
    /// Whether a record that was written without showing anything new is reported, where the instance asks for that.
    var canReportTouches = true
    /// `WebhookEnvelope.make` of the body that brought them, where one did.
    var envelope: String?
    /// Names a message that must not count twice, where its records can't tell.
    var messageID: String?
    /// Names the webhook where its records can.
    var webhookID: String?
    /// How many events one notification may carry, whatever the instance allows.
    var notificationSize = 20
    /// Positions to be stored with the events, so that none moves before its events are on disk. One that is of no single
    /// object has a name that no object has: it begins with a slash.
    var positions: [PollerRecord] = []
}

import Domain
package import Salesforce

/// Why a body that was received can't be read: one sentence for the sender.
package struct MalformedBody: SentenceError, Sendable, Hashable {
    package let message: String
    package var description: String { message }

    /// What `parse` returns; what a format says of a body is said to the sender in the same words.
    package static func parsing(_ parse: () throws(WebhookBody.Fault) -> WebhookBody) throws(MalformedBody)
        -> WebhookBody
    {
        do { return try parse() } catch { throw MalformedBody(message: error.message) }
    }
}

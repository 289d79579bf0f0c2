package import Domain
package import Store

/// The engine as the listeners use it: everything the dashboard can do, and the two things that only they need.
package protocol GatewayEngine: EngineClient {
    /// For the few reads that are the API's alone: tokens, secrets of the receiver, lists of deliveries.
    var store: any EventStore { get }

    /// Takes a webhook's body and returns when what it brought is on disk.
    ///
    /// - Throws: `UnreadableWebhook` where the bytes are no such body; `StoreError`, `ClientError`.
    func accept(webhook body: [UInt8], for instance: Instance) async throws -> IntakeResult
}

/// A body that is not one the receiver knows; one sentence says why.
package struct UnreadableWebhook: Error, Sendable, Hashable, CustomStringConvertible {
    package let message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}

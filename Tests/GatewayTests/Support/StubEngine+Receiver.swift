import Domain
import Engine
import EngineAPI
import EngineTestSupport
import NIOPosix
import Primitives
import Salesforce

/// What the receiver's listener asks.
extension StubEngine {
    func receiver(token: String) async throws -> InstanceID? {
        try await memory.instances().first { $0.receiverToken.matches(token) }?.id
    }

    var wereOnLoop: [Bool] { state.withLock { $0.wereOnLoop } }

    var acceptedBodies: Int { state.withLock { $0.seen.count } }

    func receive(_ webhook: ReceivedWebhook, for id: InstanceID) async throws -> IntakeResult {
        recordThread()
        let instance = try await storedInstance(id)
        let allowsUnsigned = instance.configuration.unsignedWebhooks
        try webhook.verify([instance.receiverSecret], allowsUnsigned: allowsUnsigned, now: Fixture.start)
        return try accept(try webhook.parsed(), for: instance)
    }

    private func recordThread() {
        let isOnLoop = MultiThreadedEventLoopGroup.currentEventLoop != nil
        state.withLock { $0.wereOnLoop.append(isOnLoop) }
    }

    func receiveOutboundMessage(_ body: [UInt8], for id: InstanceID) async throws {
        recordThread()
        _ = try accept(try OutboundMessage.received(body), for: try await storedInstance(id))
    }

    private func accept(_ body: WebhookBody, for instance: Instance) throws -> IntakeResult {
        try check()
        guard instance.isActive else { throw ClientError(.forbidden, "Events are off.") }
        var result = IntakeResult()
        state.withLock { state in
            if state.seen.insert(body).inserted { result.updated = 1 } else { result.repeats = 1 }
        }
        return result
    }
}

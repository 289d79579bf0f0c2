import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Logging
import Primitives
import Salesforce
import Store
import TestSupport

let quiet = Logger.quiet

/// A running engine on a real store in a directory of its own.
struct EngineFixture: Sendable {
    let engine: Engine
    /// The engine as a dashboard has it: itself, or from another process.
    let client: any EngineClient
    let store: any EventStore
    let directory: String

    /// Starts an engine, runs `body` and shuts it down gracefully.
    static func run<T: Sendable>(
        _ connector: any OrgConnecting,
        clock: any EngineClock,
        options: EngineOptions = .init(),
        directory: String? = nil,
        store wrap: (any EventStore) -> any EventStore = { $0 },
        _ body: (EngineFixture) async throws -> T
    ) async throws -> T {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let path = directory ?? scratch.path
        let store = try await TestStore.open(path)
        let engine = Engine(
            store: wrap(store),
            connector: connector,
            options: options.patient,
            clock: clock,
            logger: quiet
        )
        let running = Task { try await engine.run() }
        let result: Result<T, any Error>
        do {
            try await engine.waitUntil { engine.isReady }
            result = .success(
                try await Reach.current.run(engine) { client in
                    try await body(EngineFixture(engine: engine, client: client, store: store, directory: path))
                }
            )
        } catch { result = .failure(error) }
        running.cancel()
        try await running.value
        try await store.close()
        return try result.get()
    }
}

extension EngineFixture {
    /// Returns when the dispatcher has sent something that came after all that was there before, and when time has come as
    /// far as it has been moved: what is not sent by then is not sent. For another instance, with a callback of its own.
    func waitForLaterSend() async throws {
        try await CallbackServer.run { witness in
            let made = try await engine.createInstance(.sample(callback: witness.url, type: .webhooks))
            let text =
                #"{"operation":"insert","object":"Account","records":[{"Id":"001000000009999AAA","Name":"Witness","#
                + #""SystemModstamp":"2026-11-23T18:00:05.000+0000"}]}"#
            let instance = try await engine.storedInstance(made.id)
            _ = try await engine.accept(try WebhookBody.parse(Array(text.utf8)), for: instance)
            try await witness.wait(for: 1)
            try await engine.waitForDeliveries(.delivered, count: 1, of: made.id)
        }
    }
}

extension EngineOptions {
    /// A callback in this process may take longer to answer than one usually may: all tests share the machine.
    var patient: EngineOptions {
        var options = self
        if options.callbackTimeout == Limit.callback.milliseconds { options.callbackTimeout = 600_000 }
        return options
    }
}

extension Engine {
    /// Returns when the condition holds; the deadline only ends a failing test.
    func waitUntil(_ condition: () async throws -> Bool) async throws {
        try await TestSupport.waitUntil("what the engine should come to", condition)
    }

    /// One instance's deliveries, newest first.
    func deliveries(
        _ id: InstanceID,
        state: DeliveryState?,
        before: Int64?,
        limit: Int
    ) async throws -> [Delivery] {
        var filter = EventFilter()
        filter.instanceIDs = [id]
        if let state { filter.states = [state] }
        return try await deliveries(filter, before: before, limit: limit)
    }

    /// Every attempt of an event's notification, oldest first.
    func attempts(eventID: String) async throws -> [Attempt] { try await event(id: eventID).attempts }

    /// Returns when so many deliveries have the state: of one instance, or of all.
    func waitForDeliveries(_ state: DeliveryState, count: Int64, of instance: InstanceID? = nil) async throws {
        var filter = EventFilter()
        if let instance { filter.instanceIDs = [instance] }
        try await waitUntil { [filter] in try await self.counts(filter).byState[state] == count }
    }
}

extension InstanceDraft {
    /// An instance that is connected by a code and sends to `callback`.
    static func sample(
        callback: String = "",
        key: String = "",
        type: EventType = .polling,
        change: (inout InstanceConfiguration) -> Void = { _ in }
    ) -> InstanceDraft {
        var configuration = InstanceConfiguration()
        configuration.eventsEnabled = true
        configuration.eventType = type
        configuration.callbackURL = callback
        configuration.signatureKey = Secret(key)
        configuration.objects = ["Account", "Contact"]
        configuration.apiKey = "consumer"
        configuration.apiSecret = "secret"
        change(&configuration)
        return InstanceDraft(name: "mySFDCInstance", tags: ["t"], configuration: configuration, authorizationCode: "c")
    }
}

extension Observation {
    /// A row as a poll reads it.
    static func row(
        _ number: Int,
        name: String,
        stamp: Timestamp,
        created: Timestamp? = nil,
        isDeleted: Bool = false
    ) -> Observation {
        let digits = String(number)
        let id = SalesforceID("001" + String(repeating: "0", count: 12 - digits.count) + digits)?.text ?? ""
        return Observation(
            kind: .row,
            object: "Account",
            recordID: id,
            stamp: stamp,
            createdDate: created,
            isDeleted: isDeleted,
            fields: RecordFields([
                .init(name: "Id", raw: "\"\(id)\""), .init(name: "Name", raw: JSON.string(name).text),
            ])
        )
    }
}

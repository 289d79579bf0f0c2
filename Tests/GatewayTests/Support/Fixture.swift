import Domain
import EngineAPI
import EngineTestSupport
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Primitives
import TestSupport
import Tracing

@testable import Gateway

/// Both listeners on a stub engine, called without a network.
struct Fixture {
    static let start = Timestamp(seconds: 1_795_000_000)
    static let credentials = Credentials(user: "user-secret-of-the-test", organization: "organization-secret")
    static let authorization = "User \(credentials.user.exposed), Organization \(credentials.organization.exposed)"
    static let base = "/elements/api-v2"

    let engine = StubEngine()
    let management: Application<ManagementResponder>
    let receiver: Application<ReceiverResponder>
    let services: GatewayServices

    init(
        bodyLimit: Int = 4096,
        live: (@Sendable () -> Credentials)? = nil,
        renew: @escaping @Sendable () async -> Void = {},
        tracer: (any Tracer)? = nil,
        logger: Logger = .quiet
    ) {
        let engine = engine
        var configuration = GatewayConfiguration()
        configuration.receiverBodyLimit = bodyLimit
        configuration.tracer = tracer
        configuration.managementBodyLimit = bodyLimit
        configuration.receiver = ListenerAddress(host: "127.0.0.1", port: 0)
        configuration.management = ListenerAddress(host: "127.0.0.1", port: 0)
        services = GatewayServices(
            engine: engine,
            credentials: Self.credentials,
            live: live,
            renew: renew,
            configuration: configuration,
            now: { Fixture.start },
            logger: logger
        )
        management = services.management.application
        receiver = services.receiver.application
    }

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let text: String

        var json: JSON { (try? JSON(parsing: text)) ?? .null }
        var message: String? { json["message"]?.string }

        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
    }

    /// Calls the management API with the right secrets; `path` may leave out the base path. Whatever a test calls, the
    /// answer is held against the description.
    func call(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        authorization: String? = Fixture.authorization,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if let authorization { headers[.authorization] = authorization }
        if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        let uri =
            ["/instances", "/replays", "/elements/sfdc", "/authorizations"].contains { path.hasPrefix($0) }
            ? Self.base + path : path
        let answer = try await Self.send(management, method, uri, body, headers)
        DescribedAPI.current.expect(answer, to: method, uri, body)
        return answer
    }

    /// Sends to the receiver.
    func webhook(
        _ method: HTTPRequest.Method = .post,
        _ path: String,
        _ body: String?,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        try await Self.send(receiver, method, path, body, headers)
    }

    static func send<Responder: HTTPResponder>(
        _ application: Application<Responder>,
        _ method: HTTPRequest.Method,
        _ uri: String,
        _ body: String?,
        _ headers: HTTPFields
    ) async throws -> Answer {
        try await application.test(.router) { client in
            let response = try await client.execute(
                uri: uri,
                method: method,
                headers: headers,
                body: body.map { ByteBuffer(string: $0) }
            )
            return Answer(
                status: response.status.code,
                headers: response.headers,
                text: String(buffer: response.body)
            )
        }
    }

    /// An instance with events on, as the API makes it.
    @discardableResult
    func makeInstance(_ configuration: [String: String] = [:], name: String = "acme") async throws -> Instance {
        var members = [JSON.Member("event.notification.enabled", true), JSON.Member("event.vendor.type", "webhooks")]
        members.removeAll { configuration[$0.name] != nil }
        members += configuration.map { JSON.Member($0.key, .string($0.value)) }
        let body: JSON = [
            "element": ["key": "sfdc"], "name": .string(name), "tags": ["a"], "configuration": .object(members),
        ]
        let answer = try await call(.post, "/instances", body.text)
        guard let id = answer.json["id"]?.integer, let instance = try await engine.memory.instance(id) else {
            throw ClientError(.invalid, "The fixture could not make an instance: \(answer.text)")
        }
        return instance
    }

    /// Stores an event with one delivery.
    func addEvent(
        _ sequence: Int64,
        instance: InstanceID,
        object: String = "Account",
        state: DeliveryState = .delivered,
        at moment: Timestamp = Fixture.start,
        attempts: [Attempt] = []
    ) {
        engine.memory.add([
            Self.detail(sequence, instance: instance, object: object, state: state, at: moment, attempts: attempts)
        ])
    }

    /// An event with one delivery; its notification bears its number, or that of the first event of several.
    static func detail(
        _ sequence: Int64,
        instance: InstanceID,
        object: String = "Account",
        state: DeliveryState = .delivered,
        name: String = "Acme",
        at moment: Timestamp = Fixture.start,
        attempts: [Attempt] = [],
        notification: Int64? = nil
    ) -> EventDetail {
        let notification = notification ?? sequence
        let event = ChangeEvent(
            sequence: sequence,
            eventID: "event-\(sequence)",
            instanceID: instance,
            object: object,
            recordID: "001i000001hB60bAAC",
            change: .updated,
            source: .polling,
            date: moment,
            pollDate: moment,
            receivedAt: moment,
            record: #"{"Id":"001i000001hB60bAAC","Amount":1.50}"#,
            recordName: name,
            notificationID: notification
        )
        let delivery = Delivery(
            notificationID: notification,
            instanceID: instance,
            state: state,
            attempts: attempts.count,
            nextAttempt: nil,
            createdAt: moment
        )
        let body = NotificationBody(
            notificationID: notification,
            createdAt: moment,
            instanceID: instance,
            instanceName: "acme",
            instanceTags: [],
            events: [event]
        )
        return EventDetail(event: event, delivery: delivery, attempts: attempts, body: body.bytes)
    }
}

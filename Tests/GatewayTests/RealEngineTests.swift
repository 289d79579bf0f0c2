import Domain
import Engine
import EngineTestSupport
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Primitives
import Store
import TestSupport
import Testing

@testable import Gateway

/// The listeners on the real engine with the real store.
@Suite(.eachStore)
struct RealEngineTests {
    private func withListeners(
        logger: Logger = ListenerTests.logger,
        _ body:
            @Sendable (any EventStore, _ management: any TestClientProtocol, _ receiver: any TestClientProtocol)
            async throws ->
            Void
    ) async throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let store = try await TestStore.open(scratch.path)
        let engine = Engine(
            store: store,
            connector: SilentOrg(),
            clock: StubClock(),
            logger: logger
        )
        let services = GatewayServices(
            engine: engine,
            credentials: Fixture.credentials,
            configuration: .init(),
            logger: logger
        )
        let outcome: Result<Void, any Error>
        do {
            try await services.management.application.test(.router) { management in
                try await services.receiver.application.test(.router) { receiver in
                    try await body(store, management, receiver)
                }
            }
            outcome = .success(())
        } catch { outcome = .failure(error) }
        try await store.close()
        try outcome.get()
    }

    private func call(
        _ client: any TestClientProtocol,
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil
    ) async throws -> (status: Int, json: JSON) {
        let answer = try await client.executeRequest(
            uri: Fixture.base + path,
            method: method,
            headers: [.authorization: Fixture.authorization],
            body: body.map { ByteBuffer(string: $0) }
        )
        let found = Fixture.Answer(
            status: answer.status.code,
            headers: answer.headers,
            text: String(buffer: answer.body)
        )
        DescribedAPI.current.expect(found, to: method, Fixture.base + path, body)
        return (found.status, found.json)
    }

    private func post(
        _ client: any TestClientProtocol,
        _ instance: Instance,
        _ body: String,
        secret: String? = nil
    ) async throws -> (status: Int, json: JSON) {
        let answer = try await client.executeRequest(
            uri: ReceiverResponder.pathPrefix + instance.receiverToken.exposed,
            method: .post,
            headers: ReceiverTests.sign(body, secret: secret ?? instance.receiverSecret.exposed),
            body: ByteBuffer(string: body)
        )
        return (answer.status.code, (try? JSON(parsing: answer.body.readableBytesView)) ?? .null)
    }

    static func webhook(_ name: String, stamp: String, organization: String = SilentOrg.organizationID) -> String {
        """
        {"operation":"update","object":"Account","organizationId":"\(organization)","records":[\
        {"Id":"001i000001hB60bAAC","Name":"\(name)","Amount":1.50,"SystemModstamp":"\(stamp)"}]}
        """
    }

    @Test(arguments: InstanceTests.seeds)
    func `the seed's examples make an instance whose webhooks become events`(_ seed: String) async throws {
        try await withListeners { store, management, receiver in
            let made = try await call(management, .post, "/instances", seed)
            #expect(made.status == 200)
            let id = try #require(made.json["id"]?.integer)
            let instance = try #require(try await store.instance(id))
            let body = Self.webhook("Acme", stamp: "2026-11-18T10:00:00.000+0000")
            let first = try await post(receiver, instance, body)
            #expect(first.status == 202)
            #expect(first.json == ["events": 1, "repeats": 0])
            #expect(try await post(receiver, instance, body).json == ["events": 0, "repeats": 1])
            let history = try await call(management, .get, "/instances/\(id)/events")
            let event = try #require(history.json.array?.first)
            #expect(event["objectId"]?.string == "001i000001hB60bAAC")
            #expect(event["status"]?.string == "RECEIVED")
            #expect(event["providerData"]?.string == body)
            let eventID = try #require(event["id"]?.string)
            #expect(try await call(management, .get, "/instances/events/\(eventID)/attempts").json == [])
            #expect(try await call(management, .delete, "/instances/\(id)").status == 200)
            #expect(try await post(receiver, instance, body).status == 404)
            #expect(try await call(management, .get, "/instances/events/\(eventID)").status == 200)
        }
    }

    @Test func `bodies of another org, none at all, and those of a disabled instance leave nothing`() async throws {
        try await withListeners { store, management, receiver in
            let id = try #require(
                try await call(management, .post, "/instances", InstanceTests.seeds[1]).json["id"]?.integer
            )
            let instance = try #require(try await store.instance(id))
            let good = Self.webhook("Acme", stamp: "2026-11-18T10:00:00.000+0000")
            let foreign = Self.webhook(
                "Acme",
                stamp: "2026-11-18T10:00:00.000+0000",
                organization: "00D000000000002EAA"
            )
            for body in [foreign, "", "{}", "[1]", good.replacing("001i000001hB60bAAC", with: "no id")] {
                #expect(try await post(receiver, instance, body).status == 422, "\(body)")
            }
            #expect(try await post(receiver, instance, good, secret: "whsec_AAAA").status == 401)
            #expect(try await call(management, .delete, "/instances/\(id)/enabled").status == 200)
            #expect(try await post(receiver, instance, good).status == 403)
            #expect(try await call(management, .get, "/instances/events").json == [])
            #expect(try await call(management, .put, "/instances/\(id)/enabled").status == 200)
            #expect(try await post(receiver, instance, good).status == 202)
        }
    }

    private func outbound(
        _ client: any TestClientProtocol,
        _ instance: Instance,
        _ body: String
    ) async throws -> (status: Int, text: String) {
        let answer = try await client.executeRequest(
            uri: "/elements/api-v2/events/sfdc/\(instance.receiverToken.exposed)/outbound",
            method: .post,
            headers: [.contentType: "text/xml; charset=utf-8"],
            body: ByteBuffer(string: body)
        )
        return (answer.status.code, String(buffer: answer.body))
    }

    private static func outboundBody(
        _ name: String,
        notification: Int = 1,
        extra: String = "",
        organization: String = "00D000000000001EAA"
    ) -> String {
        #"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" "#
            + #"xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>"#
            + #"<notifications xmlns="http://soap.sforce.com/2005/09/outbound">"#
            + "<OrganizationId>\(organization)</OrganizationId><ActionId>04k000000000001AAA</ActionId>"
            + #"<Notification><Id>04l00000000000\#(notification)AAA</Id><sObject xsi:type="sf:Account" "#
            + #"xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>001i000001hB60bAAC</sf:Id>"#
            + "<sf:Name>\(name)</sf:Name>\(extra)</sObject></Notification></notifications></soapenv:Body></soapenv:Envelope>"
    }

    @Test func `an Outbound Message is acknowledged when it is stored, a repeat changes nothing`() async throws {
        try await withListeners { store, management, receiver in
            let id = try #require(
                try await call(management, .post, "/instances", InstanceTests.seeds[1]).json["id"]?.integer
            )
            let instance = try #require(try await store.instance(id))
            for _ in 1...2 {
                let answer = try await outbound(receiver, instance, Self.outboundBody("Acme"))
                #expect(answer.status == 200 && answer.text.contains("<Ack>true</Ack>"))
                let events = try await call(management, .get, "/instances/\(id)/events").json.array ?? []
                #expect(events.count == 1)
                #expect(events.first?["source"] == "outbound-message" && events.first?["eventType"] == "UPDATED")
            }
            #expect(try await outbound(receiver, instance, Self.outboundBody("Acme 2", notification: 2)).status == 200)
            #expect(try await store.counts(.init()).total == 2)
            let foreign = Self.outboundBody("Acme", organization: "00D000000000002EAA")
            for (body, status) in [(foreign, 403), ("<a/>", 422), ("", 422)] {
                let answer = try await outbound(receiver, instance, body)
                #expect(answer.status == status && answer.text.contains("<faultstring>"))
                #expect(!answer.text.contains("Ack"))
            }
            // The same body on the signed address is no way in.
            #expect(try await post(receiver, instance, Self.outboundBody("x"), secret: "whsec_AAAA").status == 401)
            #expect(try await call(management, .delete, "/instances/\(id)/enabled").status == 200)
            #expect(try await outbound(receiver, instance, Self.outboundBody("Acme 3", notification: 3)).status == 403)
            #expect(try await store.counts(.init()).total == 2)
        }
    }

    @Test func `a Notification that comes again is a repeat, with stamps too, and odd characters are taken and told`()
        async throws
    {
        let lines = LogLines()
        try await withListeners(logger: lines.logger) { store, management, receiver in
            let id = try #require(
                try await call(management, .post, "/instances", InstanceTests.seeds[1]).json["id"]?.integer
            )
            let instance = try #require(try await store.instance(id))
            func send(_ name: String, _ notification: Int, second: Int) async throws -> Int64 {
                let stamp = "<sf:SystemModstamp>2026-11-18T10:00:0\(second).000Z</sf:SystemModstamp>"
                let body = Self.outboundBody(name, notification: notification, extra: stamp)
                #expect(try await outbound(receiver, instance, body).status == 200)
                return try await store.counts(.init()).total
            }
            #expect(try await send("Acme", 1, second: 1) == 1)
            #expect(try await send("Acme", 1, second: 1) == 1)
            // Sent again, Salesforce tells the record as it is by now.
            #expect(try await send("Acme 2", 1, second: 2) == 1)
            #expect(try await send("Acme 2", 2, second: 2) == 2)
            #expect(lines.lines { $0 >= .warning }.isEmpty)
            #expect(try await send("Acme&#11;\u{B}3", 3, second: 3) == 3)
            let told = lines.lines { $0 >= .warning }
            #expect(told.count == 1 && told.first?.contains("characters") == true)
        }
    }
}

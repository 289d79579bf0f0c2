import Crypto
import Domain
import EngineAPI
import EngineTestSupport
import HTTPTypes
import Primitives
import Store
import TestSupport
import Testing

@testable import Gateway

struct ReceiverTests {
    static let body = #"{"objects":[{"attributes":{"type":"Contact"},"Id":"003i0000032SVcmAAG"}],"action":"update"}"#

    static func sign(
        _ body: String,
        secret: String,
        id: String = "msg_1",
        seconds: Int64 = Fixture.start.seconds
    ) -> HTTPFields {
        let key = SymmetricKey(data: Base64.decode(String(secret.dropFirst(6))) ?? [])
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(id).\(seconds).\(body)".utf8), using: key)
        return fields(id: id, timestamp: "\(seconds)", signature: "v1,\(Base64.encode(code))")
    }

    static func fields(id: String?, timestamp: String?, signature: String?) -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in [("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature)] {
            if let value, let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields
    }

    func path(_ instance: Instance) -> String { "/elements/api-v2/events/sfdc/\(instance.receiverToken.exposed)" }

    @Test func `a signed webhook is stored, and a repeat changes nothing`() async throws {
        let fixture = Fixture()
        let instance = try await fixture.makeInstance()
        let headers = Self.sign(Self.body, secret: instance.receiverSecret.exposed)
        let first = try await fixture.webhook(.post, path(instance), Self.body, headers: headers)
        #expect(first.status == 202)
        #expect(first.text == #"{"events":1,"repeats":0}"#)
        let second = try await fixture.webhook(.post, path(instance), Self.body, headers: headers)
        #expect(second.status == 202)
        #expect(second.text == #"{"events":0,"repeats":1}"#)
        #expect(fixture.engine.state.withLock { $0.seen.count } == 1)
    }

    enum Fault: String, CaseIterable, Sendable {
        case unsigned, halfSigned, otherBody, otherSecret, stale, future, noNumber, noVersion, otherID
    }

    @Test(arguments: Fault.allCases)
    func `a webhook that is not surely the org's is refused and leaves nothing`(_ fault: Fault) async throws {
        let fixture = Fixture()
        let instance = try await fixture.makeInstance()
        let now = Fixture.start.seconds
        let good = Self.sign(Self.body, secret: instance.receiverSecret.exposed)
        let signature = HTTPField.Name("webhook-signature").flatMap { good[$0] }
        let headers: HTTPFields =
            switch fault {
            case .unsigned: [:]
            case .halfSigned: Self.fields(id: "msg_1", timestamp: nil, signature: signature)
            case .otherBody: Self.sign(Self.body + " ", secret: instance.receiverSecret.exposed)
            case .otherSecret: Self.sign(Self.body, secret: "whsec_AAAA")
            case .stale: Self.sign(Self.body, secret: instance.receiverSecret.exposed, seconds: now - 301)
            case .future: Self.sign(Self.body, secret: instance.receiverSecret.exposed, seconds: now + 301)
            case .noNumber: Self.fields(id: "msg_1", timestamp: "yesterday", signature: signature)
            case .noVersion:
                Self.fields(id: "msg_1", timestamp: "\(now)", signature: String(signature?.dropFirst(3) ?? ""))
            case .otherID: Self.fields(id: "msg_2", timestamp: "\(now)", signature: signature)
            }
        let answer = try await fixture.webhook(.post, path(instance), Self.body, headers: headers)
        #expect(answer.status == 401)
        #expect(answer.message?.isEmpty == false)
        #expect(fixture.engine.state.withLock { $0.seen }.isEmpty)
    }

    @Test(arguments: [-300, 300] as [Int64])
    func `a timestamp five minutes off is still good`(offset: Int64) async throws {
        let fixture = Fixture()
        let instance = try await fixture.makeInstance()
        let seconds = Fixture.start.seconds + offset
        let headers = Self.sign(Self.body, secret: instance.receiverSecret.exposed, seconds: seconds)
        #expect(try await fixture.webhook(.post, path(instance), Self.body, headers: headers).status == 202)
    }

    @Test func `one right signature among several is enough`() async throws {
        let fixture = Fixture()
        let instance = try await fixture.makeInstance()
        var headers = Self.sign(Self.body, secret: instance.receiverSecret.exposed)
        let name = try #require(HTTPField.Name("webhook-signature"))
        headers[name] = "v1a,AAAA v1,AAAA " + (headers[name] ?? "")
        #expect(try await fixture.webhook(.post, path(instance), Self.body, headers: headers).status == 202)
    }

    @Test func `unsigned webhooks are taken where the instance allows them, wrongly signed ones are not`() async throws
    {
        let fixture = Fixture()
        let instance = try await fixture.makeInstance(["event.webhook.unsigned.allowed": "true"])
        #expect(try await fixture.webhook(.post, path(instance), Self.body).status == 202)
        let wrong = Self.sign(Self.body + "x", secret: instance.receiverSecret.exposed)
        #expect(try await fixture.webhook(.post, path(instance), Self.body, headers: wrong).status == 401)
    }

    @Test(arguments: [
        (HTTPRequest.Method.post, "/elements/api-v2/events/sfdc/nobody", 404),
        (.post, "/elements/api-v2/events/sfdc/", 404), (.post, "/elements/api-v2/events/sfdc", 404),
        (.post, "/elements/api-v2/events/sfdc/receiver-401/more", 404), (.post, "/", 404),
        (.get, "/elements/api-v2/instances", 404), (.get, "/elements/api-v2/events/sfdc/receiver-401", 405),
    ])
    func `only the receiver's addresses answer`(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ status: Int
    ) async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        let answer = try await fixture.webhook(method, path, method == .post ? Self.body : nil)
        #expect(answer.status == status)
        #expect(answer.json["requestId"]?.string == answer.header("Elements-Request-Id"))
        #expect(answer.header("Allow") == (status == 405 ? "POST" : nil))
    }

    @Test func `a signed body that is no webhook is refused`() async throws {
        let fixture = Fixture()
        let instance = try await fixture.makeInstance()
        for body in ["", "[]", "{", #"{"hello":1}"#] {
            let headers = Self.sign(body, secret: instance.receiverSecret.exposed)
            let answer = try await fixture.webhook(.post, path(instance), body, headers: headers)
            #expect(answer.status == 422)
            #expect(answer.message?.isEmpty == false)
        }
    }

    @Test func `too large a body is refused before it is read`() async throws {
        let fixture = Fixture(bodyLimit: 1000)
        let instance = try await fixture.makeInstance()
        let answer = try await fixture.webhook(.post, path(instance), String(repeating: "x", count: 1001))
        #expect(answer.status == 413)
        #expect(answer.message == "The body is longer than 1000 bytes; send less at once.")
        #expect(answer.header("Connection") == "close")
    }

    @Test func `a switched-off instance takes nothing and says so only to who can sign`() async throws {
        let fixture = Fixture()
        let instance = try await fixture.makeInstance(["event.notification.enabled": "false"])
        let headers = Self.sign(Self.body, secret: instance.receiverSecret.exposed)
        let answer = try await fixture.webhook(.post, path(instance), Self.body, headers: headers)
        #expect(answer.status == 403)
        #expect(answer.message == "Events are off.")
        #expect(try await fixture.webhook(.post, path(instance), Self.body).status == 401)
    }

    @Test func `disabling and deleting take effect with the next webhook`() async throws {
        let fixture = Fixture()
        let instance = try await fixture.makeInstance()
        let headers = Self.sign(Self.body, secret: instance.receiverSecret.exposed)
        #expect(try await fixture.webhook(.post, path(instance), Self.body, headers: headers).status == 202)
        #expect(try await fixture.call(.delete, "/instances/\(instance.id)/enabled").status == 200)
        #expect(try await fixture.webhook(.post, path(instance), Self.body, headers: headers).status == 403)
        #expect(try await fixture.call(.delete, "/instances/\(instance.id)").status == 200)
        #expect(try await fixture.webhook(.post, path(instance), Self.body, headers: headers).status == 404)
    }

    @Test func `what can't be stored now is refused for now`() async throws {
        let fixture = Fixture()
        let instance = try await fixture.makeInstance()
        let headers = Self.sign(Self.body, secret: instance.receiverSecret.exposed)
        fixture.engine.fail(ClientError(.unavailable, "Signalbox is stopping."))
        let draining = try await fixture.webhook(.post, path(instance), Self.body, headers: headers)
        #expect(draining.status == 503)
        #expect(draining.header("Retry-After") == "5")
        fixture.engine.fail(nil)
        fixture.engine.memory.fail(StoreError(.diskFull, "The disk is full; make room."))
        let full = try await fixture.webhook(.post, path(instance), Self.body, headers: headers)
        #expect(full.status == 503)
        #expect(full.message == "The disk is full; make room.")
        fixture.engine.memory.fail(StoreError(.gone, "Instance 401 doesn't exist (any more)."))
        let gone = try await fixture.webhook(.post, path(instance), Self.body, headers: headers)
        #expect(gone.status == 404, "it was deleted meanwhile")
    }
}

import AsyncHTTPClient
import Domain
import EngineAPI
import EngineTestSupport
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Primitives
import TestSupport
import Testing

@testable import RemoteEngine

/// What answers at the address is no node of this version, or no node at all.
@Suite(.timeLimit(.minutes(20)))
struct OtherServersTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let status: Int
        let body: String
        let sentence: String
        var mayPass = false

        var testDescription: String { "\(status) \(body.prefix(40))" }
    }

    static let cases: [Case] = [
        Case(
            status: 404,
            body: #"{"requestId":"x","message":"Nothing is here."}"#,
            sentence: "an older one: update it"
        ),
        Case(status: 404, body: "<html>", sentence: "has no /signalbox/v1"),
        Case(status: 401, body: "", sentence: "refuses the token"),
        Case(status: 200, body: "<html>", sentence: "It is not JSON"),
        Case(status: 200, body: #"{"a":1}"#, sentence: "may be of another version. It must be a list"),
        Case(status: 200, body: #"[{"id":1}]"#, sentence: "name: It must be a text"),
        Case(status: 503, body: "busy", sentence: "answered 503", mayPass: true),
        Case(status: 501, body: "<html>", sentence: "is no Signalbox (it answered 501); name the management API"),
        Case(
            status: 404,
            body: #"{"message":"Nothing is here; webhooks go to /elements/api-v2/events/sfdc/{receiverToken}."}"#,
            sentence: "receives webhooks; name the management API of that node"
        ),
        Case(status: 302, body: "", sentence: "answered 302"),
        Case(status: 400, body: #"{"kind":"nonsense","message":"m"}"#, sentence: "answered 400: m"),
    ]

    @Test(arguments: cases)
    func `one sentence says what is there`(_ one: Case) async throws {
        let router = Router()
        router.get("signalbox/v1/instances") { _, _ in
            Response(
                status: .init(code: one.status),
                headers: [.location: "http://127.0.0.1:1/"],
                body: .init(byteBuffer: ByteBuffer(string: one.body))
            )
        }
        try await LocalServer.run(router.buildResponder()) { try await Self.expect(one, at: $0.port) }
    }

    @Test(arguments: [true, false])
    func `a node that hands a call on asks once more with the secrets as they are then`(_ isKnown: Bool) async throws {
        let asked = Locked(0)
        let router = Router()
        router.get("signalbox/v1/instances") { _, _ in
            let number = asked.withLock { asked in
                asked += 1
                return asked
            }
            let isRight = isKnown && number == 2
            return Response(
                status: isRight ? .ok : .unauthorized,
                body: .init(byteBuffer: ByteBuffer(string: isRight ? "[]" : ""))
            )
        }
        try await LocalServer.run(router.buildResponder()) { server in
            let http = HTTPClient(eventLoopGroupProvider: .singleton)
            let port = server.port
            let renewals = Locked(0)
            let remote = RemoteEngine(
                http: http,
                node: { NodeAddress(url: "http://127.0.0.1:\(port)", token: "token-of-the-test") },
                renew: { renewals.withLock { $0 += 1 } }
            ) { _, _ in "it is not there" }
            do {
                let found = try await remote.instances()
                #expect(isKnown && found.isEmpty)
            } catch let error as ClientError {
                #expect(!isKnown && error.kind == .unavailable && error.mayPass)
            }
            let (calls, looks) = (asked.withLock { $0 }, renewals.withLock { $0 })
            #expect(calls == 2 && looks == 1)
            try await http.shutdown()
        }
    }

    private static func expect(_ one: Case, at port: Int) async throws {
        let http = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: .init(redirectConfiguration: .disallow)
        )
        let remote = RemoteEngine(
            http: http,
            node: { NodeAddress(url: "http://127.0.0.1:\(port)", token: "token-of-the-test") }
        ) { _, _ in "it is not there" }
        await #expect {
            try await remote.instances()
        } throws: { error in
            let error = error as? ClientError
            return error?.message.contains(one.sentence) == true && error?.mayPass == one.mayPass
                && error?.message.contains("token-of-the-test") == false
        }
        try await http.shutdown()
    }

    /// What a server does that is there and never done.
    enum Stall: String, CaseIterable, Sendable {
        case beforeHead, inBody, endless
    }

    @Test(arguments: Stall.allCases)
    func `no call waits for ever, and no answer fills the memory`(_ stall: Stall) async throws {
        let gate = Gate()
        let router = Router()
        router.get("signalbox/v1/instances") { _, _ in
            if stall == .beforeHead { try await gate.waitUnlessCancelled() }
            return Response(
                status: .ok,
                body: .init { writer in
                    let part = ByteBuffer(repeating: 0x20, count: 1 << 20)
                    repeat { try await writer.write(part) } while stall == .endless
                    try await gate.waitUnlessCancelled()
                    try await writer.finish(nil)
                }
            )
        }
        try await LocalServer.run(router.buildResponder()) { server in
            var connection = NodeConnection(
                http: .shared,
                node: { NodeAddress(url: "http://127.0.0.1:\(server.port)", token: "token-of-the-test") },
                explain: { error, _ in "\(error)" }
            )
            // An endless answer ends by its size, whatever it takes.
            connection.patience = { _ in stall == .endless ? 540_000 : 200 }
            let asked = connection
            await #expect {
                let _: [InstanceOverview] = try await asked.ask(.instances)
            } throws: { error in
                let words = stall == .endless ? "larger than 64 MiB" : "it did not answer within 30 s"
                return (error as? ClientError)?.message.contains(words) == true
            }
            gate.open()
        }
    }

    @Test func `an address holds its token to itself`() {
        let address = NodeAddress(url: "http://a", token: "token-of-the-test")
        #expect(!"\(address) \(String(reflecting: address))".contains("token-of-the-test"))
    }
}

import AsyncHTTPClient
import Domain
import EngineAPI
import EngineTestSupport
import HTTPTypes
import Hummingbird
import Primitives
import TestSupport
import Testing

@testable import RemoteEngine

/// How a node is called that answers, says nothing, and is lost.
@Suite(.timeLimit(.minutes(20)))
struct LinkStateTests {
    private static let address = "http://127.0.0.1:8181"

    private static func since(_ link: NodeLink?) -> Timestamp? {
        switch link {
        case .slow(_, let since)?, .lost(_, let since, _)?: since
        case .reached?, nil: nil
        }
    }

    @Test func `a node is lost since it was heard last, and not since that was noticed`() async throws {
        let link = LinkState()
        var changes = link.changes().makeAsyncIterator()
        let before = Timestamp.now()
        link.reached(at: Self.address)
        let after = Timestamp.now()
        _ = await changes.next()
        try await waitUntil("the machine's clock goes on") { Timestamp.now() > after }
        link.lost(at: Self.address, "it is not there")
        let lost = await changes.next()
        let since = Self.since(lost)
        #expect(since.map { $0 >= before && $0 <= after } == true)
        link.lost(at: Self.address, "it is still not there")
        link.slow(at: Self.address, since: .now())
        link.hear()
        link.reached(at: Self.address)
        let reached = await changes.next()
        #expect(reached == .reached(at: Self.address), "what is lost stays so until it answers")
    }

    @Test func `a slow one is reached again with whatever comes from it`() async {
        let link = LinkState()
        var changes = link.changes().makeAsyncIterator()
        link.reached(at: Self.address)
        _ = await changes.next()
        let asked = Timestamp.now().advanced(bySeconds: 10)
        link.slow(at: Self.address, since: asked)
        let slow = await changes.next()
        #expect(slow == .slow(at: Self.address, since: asked), "it was asked after it was heard")
        link.hear()
        let reached = await changes.next()
        #expect(reached == .reached(at: Self.address))
    }

    @Test(arguments: [true, false])
    func `a node that hangs is slow long before it is lost, and one that only takes long is not`(isThere: Bool)
        async throws
    {
        let (gate, sign) = (Gate(), Gate())
        let router = Router()
        router.get("signalbox/v1/instances") { _, _ in
            try await gate.waitUnlessCancelled()
            return Response(status: .ok)
        }
        router.get("healthz") { _, _ in
            if !isThere { try await sign.waitUnlessCancelled() }
            return Response(status: .ok)
        }
        try await LocalServer.run(router.buildResponder()) { server in
            var connection = NodeConnection(
                http: .shared,
                node: { NodeAddress(url: "http://127.0.0.1:\(server.port)", token: "token-of-the-test") },
                explain: { error, _ in "\(error)" }
            )
            // The call of the one that is there ends before the look at it does.
            connection.patience = { limit in
                limit == .nodeSign ? (isThere ? 30_000 : 150) : (isThere ? 25_000 : 540_000)
            }
            let asked = connection
            var changes = asked.link.changes().makeAsyncIterator()
            let call = Task { try await asked.ask(.instances) as [InstanceOverview] }
            let first = await changes.next()
            switch first {
            case .slow?: #expect(!isThere)
            case .lost?: #expect(isThere)
            default: Issue.record("\(String(describing: first))")
            }
            call.cancel()
            _ = await call.result
            gate.open()
            sign.open()
        }
    }
}

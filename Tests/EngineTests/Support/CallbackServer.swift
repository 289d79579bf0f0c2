import Domain
import EngineTestSupport
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Primitives
import ServiceLifecycle
import TestSupport

/// A callback on 127.0.0.1 that records what it gets and answers as a test says.
final class CallbackServer: Sendable {
    struct Received: Sendable {
        var headers: [String: String]
        var body: [UInt8]

        var json: JSON { (try? JSON(parsing: body)) ?? .null }
        var eventID: String { json["message"]?["eventId"]?.string ?? "" }
        var eventType: String { json["message"]?["events"]?.array?.first?["eventType"]?.string ?? "" }
        var recordID: String { json["message"]?["events"]?.array?.first?["objectId"]?.string ?? "" }
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [String: String] = [:]
        var body = "{}"
        /// Answers only when the test lets it, or the server ends.
        var hangs = false

        static let ok = Answer()
        static func status(_ status: Int) -> Answer { Answer(status: status) }
        static let silence = Answer(hangs: true)
    }

    private struct State {
        var received: [Received] = []
        var count = 0
        let isKept: Bool
        var answered = 0
        var reply: @Sendable (Received, Int) -> Answer
    }

    private let state: Locked<State>
    let port: Int
    /// Lets the answers go that were held back.
    let letGo: @Sendable () -> Void

    private init(
        port: Int,
        isKept: Bool,
        letGo: @escaping @Sendable () -> Void,
        reply: @escaping @Sendable (Received, Int) -> Answer
    ) {
        self.port = port
        self.letGo = letGo
        state = Locked(State(isKept: isKept, reply: reply))
    }

    var url: String { "http://127.0.0.1:\(port)/hook" }
    var received: [Received] { state.withLock { $0.received } }

    func answer(_ reply: @escaping @Sendable (Received, Int) -> Answer) { state.withLock { $0.reply = reply } }

    /// Returns when that many notifications have come since the start; the deadline only ends a failing test.
    func wait(for count: Int) async throws {
        try await waitUntil("\(count) notifications") { state.withLock { $0.count >= count } }
    }

    private func accept(_ received: Received) -> Answer {
        state.withLock { state in
            if state.isKept { state.received.append(received) }
            state.count += 1
            return state.reply(received, state.count)
        }
    }

    /// Runs a server while `body` runs; without a reply it answers 200 to everything.
    static func run<T: Sendable>(
        keeping isKept: Bool = true,
        _ reply: @escaping @Sendable (Received, Int) -> Answer = { _, _ in .ok },
        _ body: (CallbackServer) async throws -> T
    ) async throws -> T {
        let box = Locked<CallbackServer?>(nil)
        let gate = Gate()
        let router = Router()
        router.post("hook") { request, _ in
            guard let server = box.withLock({ $0 }) else { return Response(status: .serviceUnavailable) }
            var headers: [String: String] = [:]
            for field in request.headers { headers[field.name.canonicalName] = field.value }
            let body = try await request.body.collect(upTo: 1 << 24)
            let answer = server.accept(Received(headers: headers, body: Array(body.readableBytesView)))
            if answer.hangs { await gate.wait() }
            var fields = HTTPFields()
            for (name, value) in answer.headers { if let name = HTTPField.Name(name) { fields[name] = value } }
            return Response(
                status: .init(code: answer.status),
                headers: fields,
                body: .init(byteBuffer: ByteBuffer(string: answer.body))
            )
        }
        let local = try await LocalServer.start(router.buildResponder())
        let server = CallbackServer(
            port: local.port,
            isKept: isKept,
            letGo: { gate.open() },
            reply: reply
        )
        box.withLock { $0 = server }
        let result: Result<T, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        gate.open()
        // One that is cancelled drops connections that are just being made.
        await local.stopGracefully()
        return try result.get()
    }
}

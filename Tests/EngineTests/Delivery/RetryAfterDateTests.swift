import Callbacks
import Domain
import EngineTestSupport
import NIOCore
import Primitives
import TestSupport
import Testing

@testable import Engine

/// What a callback asks to wait for, by its own clock.
@Suite(.timeLimit(.minutes(20)))
struct RetryAfterDateTests {
    /// Milliseconds that are waited for, where the machine's clock was set by so many seconds.
    private func wait(for headers: String, set step: Int64) async throws -> Int64? {
        let clock = ManualClock()
        clock.set(bySeconds: step)
        let answer = "HTTP/1.1 503 Busy\r\n\(headers)Content-Length: 0\r\n\r\n"
        return try await ScriptedServer.run({ _, _ in .answer(answer) }) { _, port in
            let client = CallbackClient()
            defer { client.close() }
            let courier = Courier(client: client, timeout: 600_000, userAgent: "test", clock: clock, logger: .quiet)
            let reply = await courier.post(
                CallbackRequest(
                    url: "http://127.0.0.1:\(port)/hook",
                    signatureKey: "",
                    notificationID: 1,
                    eventID: "e",
                    attempt: 1,
                    isReplay: false,
                    body: Array("{}".utf8)
                )
            )
            #expect(reply.outcome == .response(status: 503))
            return reply.notBefore?.since(clock.due)
        }
    }

    @Test(arguments: [0, 3600, -3600] as [Int64])
    func `a date counts from that of the answer, whatever this machine's clock says`(step: Int64) async throws {
        let waited = try await wait(
            for: "Date: Tue, 24 Nov 2026 12:00:00 GMT\r\nRetry-After: Tue, 24 Nov 2026 12:00:06 GMT\r\n",
            set: step
        )
        #expect(waited == 6000)
    }

    @Test func `of two headers the longer one counts`() async throws {
        let waited = try await wait(for: "Retry-After: 2\r\nRetry-After: 90\r\n", set: 0)
        #expect(waited == 90_000)
    }
}

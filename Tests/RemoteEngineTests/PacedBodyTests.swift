import NIOCore
import Primitives
import TestSupport
import Testing

@testable import RemoteEngine

/// Streams without an end, with readers that pause and servers that fall silent.
@Suite(.timeLimit(.minutes(20)))
struct PacedBodyTests {
    /// Brings a chunk for each that is asked for, and counts how often it is asked.
    private struct Server: AsyncSequence, Sendable {
        let chunks: Int
        /// After the last one: silence for ever, or the end.
        let fallsSilent: Bool
        let asked: Asked

        final class Asked: Sendable {
            let count = Locked(0)
        }

        struct Iterator: AsyncIteratorProtocol {
            let server: Server
            var sent = 0

            mutating func next() async throws -> ByteBuffer? {
                server.asked.count.withLock { $0 += 1 }
                guard sent < server.chunks else {
                    guard server.fallsSilent else { return nil }
                    // Until whoever waits has had enough.
                    await Patience.end()
                    throw CancellationError()
                }
                sent += 1
                return ByteBuffer(string: "\(sent)")
            }
        }

        func makeAsyncIterator() -> Iterator { Iterator(server: self) }
    }

    @Test
    func `a reader that pauses for longer than any wait reads on where it was, and nothing is asked for meanwhile`()
        async throws
    {
        let asked = Server.Asked()
        let body = PacedBody(
            base: Server(chunks: 3, fallsSilent: false, asked: asked),
            patience: .milliseconds(100)
        )
        var iterator = body.makeAsyncIterator()
        #expect(try await iterator.next() == ByteBuffer(string: "1"))
        // Ten times as long as the patience, by the clock that the patience runs on.
        let end = ContinuousClock.now.advanced(by: .seconds(1))
        try await waitUntil("the pause is over") { ContinuousClock.now >= end }
        #expect(asked.count.withLock { $0 } == 1)
        #expect(try await iterator.next() == ByteBuffer(string: "2"))
        #expect(try await iterator.next() == ByteBuffer(string: "3"))
        #expect(try await iterator.next() == nil)
    }

    @Test func `a server that falls silent while it is waited for is noticed`() async throws {
        let body = PacedBody(
            base: Server(chunks: 1, fallsSilent: true, asked: .init()),
            patience: .milliseconds(100)
        )
        var iterator = body.makeAsyncIterator()
        #expect(try await iterator.next() == ByteBuffer(string: "1"))
        await #expect(throws: PacedBody<Server>.Silent.self) { try await iterator.next() }
    }
}

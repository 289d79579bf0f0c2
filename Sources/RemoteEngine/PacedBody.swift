package import NIOCore
import Primitives

/// The chunks of an answer that has no end, for as long as something comes while it is asked for.
///
/// Time counts only while somebody waits for a chunk. A reader that pauses, behind a pager for instance, may do so for
/// hours: the server holds back what is new, and nothing is lost. Read time-outs of a client count both alike.
package struct PacedBody<Base: AsyncSequence & Sendable>: AsyncSequence where Base.Element == ByteBuffer {
    package typealias Element = ByteBuffer

    /// Nothing came for as long as was waited.
    package struct Silent: Error, Hashable {}

    package let base: Base
    /// How long one chunk is waited for; the server sends heartbeats far more often.
    package let patience: Duration

    package init(base: Base, patience: Duration) {
        self.base = base
        self.patience = patience
    }

    package func makeAsyncIterator() -> Iterator { Iterator(base, patience) }

    package final class Iterator: AsyncIteratorProtocol {
        private let wanted: AsyncStream<Void>.Continuation
        private var chunks: AsyncThrowingStream<ByteBuffer, any Error>.Iterator
        private let pump: Task<Void, Never>
        private let alarm: Task<Void, Never>

        fileprivate init(_ base: Base, _ patience: Duration) {
            let (orders, wanted) = AsyncStream<Void>.makeStream()
            let (chunks, out) = AsyncThrowingStream<ByteBuffer, any Error>.makeStream()
            self.wanted = wanted
            self.chunks = chunks.makeAsyncIterator()
            let waiting = Waiting()
            let pump = Task {
                var iterator = base.makeAsyncIterator()
                do {
                    // One chunk for one order: what nobody asks for stays with the server.
                    for await _ in orders {
                        waiting.since.withLock { $0 = .now }
                        let chunk = try await iterator.next()
                        waiting.since.withLock { $0 = nil }
                        guard let chunk else { break }
                        out.yield(chunk)
                    }
                    out.finish()
                } catch {
                    out.finish(throwing: waiting.isOver.withLock { $0 } ? Silent() : error)
                }
            }
            self.pump = pump
            alarm = Task {
                while !Task.isCancelled {
                    let end = (waiting.since.withLock { $0 } ?? .now).advanced(by: patience)
                    guard end > .now else {
                        waiting.isOver.withLock { $0 = true }
                        return pump.cancel()
                    }
                    guard (try? await Task.sleep(until: end, clock: .continuous)) != nil else { return }
                }
            }
        }

        deinit {
            pump.cancel()
            alarm.cancel()
        }

        package func next(isolation actor: isolated (any Actor)?) async throws -> ByteBuffer? {
            wanted.yield()
            return try await chunks.next(isolation: actor)
        }
    }

    /// Since when a chunk is waited for, and whether that was too long.
    private final class Waiting: Sendable {
        let since = Locked<ContinuousClock.Instant?>(nil)
        let isOver = Locked(false)
    }
}

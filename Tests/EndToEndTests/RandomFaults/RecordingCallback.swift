#if PostgreSQL
import EngineTestSupport
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Primitives
import TestSupport

/// A callback that takes its time, refuses a few, and keeps book of what it took.
final class RecordingCallback: Sendable {
    /// A post that it answered with 200.
    struct Post: Sendable {
        let event: String
        let record: String
        /// Of the change, as the notification has it.
        let date: String
        let isReplay: Bool
        /// Seconds since 1970.
        let arrived: Double
        let answered: Double
    }

    private struct Book {
        var random: SeededGenerator
        var posts: [Post] = []
        var events: Set<String> = []
        var refused = 0
        var faults: [String] = []
    }

    private let book: Locked<Book>

    init(seed: UInt64) { book = Locked(Book(random: SeededGenerator(seed: seed))) }

    var posts: [Post] { book.withLock { $0.posts } }
    /// Different events that it took.
    var taken: Int { book.withLock { $0.events.count } }
    var refused: Int { book.withLock { $0.refused } }
    /// Bodies that no callback should ever see.
    var faults: [String] { book.withLock { $0.faults } }

    func start() async throws -> LocalServer {
        try await LocalServer.start(
            CallbackResponder<BasicRequestContext> { request, _ in
                let arrived = Date.now.timeIntervalSince1970
                let body = try await request.body.collect(upTo: 1 << 20)
                let (pause, isRefused) = self.book.withLock { book in
                    (Int.random(in: 0...80, using: &book.random), book.random.chance(2))
                }
                // What is under way at a fault is what may be repeated.
                try await elapse(milliseconds: pause)
                let isReplay = HTTPField.Name("signalbox-replay").flatMap { request.headers[$0] } == "true"
                self.note(body, isReplay: isReplay, isRefused: isRefused, arrived)
                return Response(status: isRefused ? .serviceUnavailable : .ok)
            }
        )
    }

    private func note(_ body: ByteBuffer, isReplay: Bool, isRefused: Bool, _ arrived: Double) {
        book.withLock { book in
            if isRefused {
                book.refused += 1
                return
            }
            guard let message = (try? JSON(parsing: body.readableBytesView))?["message"],
                let event = message["eventId"]?.string, let change = message["events"]?.array?.first,
                let record = change["objectId"]?.string, let date = change["date"]?.string
            else { return book.faults.append(String(buffer: body)) }
            book.events.insert(event)
            book.posts.append(
                Post(
                    event: event,
                    record: record,
                    date: date,
                    isReplay: isReplay,
                    arrived: arrived,
                    answered: Date.now.timeIntervalSince1970
                )
            )
        }
    }
}
#endif

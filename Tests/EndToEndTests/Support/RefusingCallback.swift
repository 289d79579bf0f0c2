import EngineTestSupport
import HTTPTypes
import Hummingbird
import NIOCore
import Primitives

/// A callback that lets a number of deliveries die, then mends itself, and keeps book of what it took.
///
/// It takes something in between all the time: one that only refuses would be left alone after ten refusals, and nothing
/// would die for days.
final class RefusingCallback: Sendable {
    /// What it says in turn while it refuses; true is 200. Never ten refusals in a row, in whatever order they are read.
    private static let turns = [false, false, true, false, false, false, true, false, false, true, false]

    private struct Book {
        var turn = 0
        /// Events that were refused in their last attempt.
        var dead: Set<String> = []
        /// How often a replay of each event was taken.
        var replayed: [String: Int] = [:]
        var delivered: [String: Int] = [:]
    }

    private let book = Locked(Book())
    private let deaths: Int
    private let attempts: Int

    /// - Parameters:
    ///   - deaths: how many deliveries die before it takes everything.
    ///   - attempts: how many a delivery has before it is dead.
    init(deaths: Int, attempts: Int) {
        self.deaths = deaths
        self.attempts = attempts
    }

    func start() async throws -> LocalServer {
        try await LocalServer.start(
            CallbackResponder<BasicRequestContext> { request, _ in
                let body = try await request.body.collect(upTo: 1 << 20)
                let isTaken = self.answer(try JSON(parsing: body.readableBytesView), request.headers)
                return Response(status: isTaken ? .ok : .serviceUnavailable)
            }
        )
    }

    var dead: Set<String> { book.withLock { $0.dead } }
    var delivered: [String: Int] { book.withLock { $0.delivered } }
    var replayed: [String: Int] { book.withLock { $0.replayed } }
    /// Replays that were taken, repeats among them.
    var replays: Int { replayed.values.reduce(0, +) }

    private func answer(_ body: JSON, _ headers: HTTPFields) -> Bool {
        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
        guard let id = body["message"]?["eventId"]?.string else { return false }
        let attempt = header("signalbox-attempt").flatMap { Int($0) } ?? 0
        return book.withLock { book in
            if header("signalbox-replay") == "true" {
                book.replayed[id, default: 0] += 1
                return true
            }
            book.turn += 1
            if book.dead.count >= deaths || Self.turns[book.turn % Self.turns.count] {
                book.delivered[id, default: 0] += 1
                return true
            }
            if attempt >= attempts { book.dead.insert(id) }
            return false
        }
    }
}

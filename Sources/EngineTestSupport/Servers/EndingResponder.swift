import Hummingbird
import Primitives

/// Answers with another responder, until what it is at is ended from outside.
struct EndingResponder<Responder: HTTPResponder>: HTTPResponder {
    typealias Context = Responder.Context

    let responder: Responder
    let underWay: RequestsUnderWay

    /// Handed over to the task: whoever made it only waits for that.
    private struct Handed: @unchecked Sendable { let context: Context }

    func respond(to request: Request, context: Context) async throws -> Response {
        let handed = Handed(context: context)
        let answering = Task { try await responder.respond(to: request, context: handed.context) }
        let number = underWay.begin { answering.cancel() }
        defer { underWay.end(number) }
        return try await withTaskCancellationHandler {
            try await answering.value
        } onCancel: {
            answering.cancel()
        }
    }
}

/// The requests that a server is at.
final class RequestsUnderWay: Sendable {
    private struct State {
        var cancels: [Int: @Sendable () -> Void] = [:]
        var next = 0
        var isEnding = false
    }

    private let state = Locked(State())

    func begin(_ cancel: @escaping @Sendable () -> Void) -> Int {
        let (number, isEnding) = state.withLock { state in
            state.next += 1
            state.cancels[state.next] = cancel
            return (state.next, state.isEnding)
        }
        if isEnding { cancel() }
        return number
    }

    func end(_ number: Int) { state.withLock { _ = $0.cancels.removeValue(forKey: number) } }

    /// Cancels them, and those that come.
    func cancelAll() {
        let cancels = state.withLock { state in
            state.isEnding = true
            return Array(state.cancels.values)
        }
        for cancel in cancels { cancel() }
    }
}

import Synchronization

/// The posts that are under way, whoever asked for them. The end of the program tears those that outlast its patience.
final class CallbackFlights: Sendable {
    private struct State {
        var tasks: [Int: Task<CallbackReply, Never>] = [:]
        var last = 0
        var isOver = false
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.tasks.count } }

    func run(_ post: @escaping @Sendable @concurrent () async -> CallbackReply) async -> CallbackReply {
        let task = Task { await post() }
        let number = state.withLock { state in
            state.last += 1
            state.tasks[state.last] = task
            if state.isOver { task.cancel() }
            return state.last
        }
        let reply = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        state.withLock { $0.tasks[number] = nil }
        return reply
    }

    /// Tears what is under way, and whatever begins after this. Returns how many there were.
    func end() -> Int {
        let tasks = state.withLock { state in
            state.isOver = true
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
        return tasks.count
    }
}

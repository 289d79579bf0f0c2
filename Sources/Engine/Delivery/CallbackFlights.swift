import Primitives

/// The posts that are under way, whoever asked for them. The end of the program tears those that outlast its patience.
final class CallbackFlights: Sendable {
    private struct State {
        var tasks: [Int: Task<CallbackReply, Never>] = [:]
        var last = 0
        var isOver = false
    }

    private let state = Locked(State())

    var count: Int { state.withLock { $0.tasks.count } }

    func run(_ post: @escaping @Sendable @concurrent () async -> CallbackReply) async -> CallbackReply {
        let task = start(post) { _ in }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Posts in a task of its own, which goes on with what came of it; nobody waits for that.
    @discardableResult
    func start(
        _ post: @escaping @Sendable @concurrent () async -> CallbackReply,
        then: @escaping @Sendable (CallbackReply) async -> Void
    ) -> Task<CallbackReply, Never> {
        state.withLock { state in
            state.last += 1
            let number = state.last
            let task = Task {
                let reply = await post()
                self.ended(number)
                await then(reply)
                return reply
            }
            state.tasks[number] = task
            if state.isOver { task.cancel() }
            return task
        }
    }

    private func ended(_ number: Int) { state.withLock { $0.tasks[number] = nil } }

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

import EngineAPI
import Primitives

/// What one subscriber has not pulled yet, and the pull that waits for it.
final class NoticeSubscriber: Sendable {
    private struct State {
        var pending = PendingNotices()
        var waiting: CheckedContinuation<EngineNotice?, Never>?
        var isClosed = false
    }

    private let state = Locked(State())

    func post(_ notice: EngineNotice) {
        let delivery = state.withLock { state -> (CheckedContinuation<EngineNotice?, Never>, EngineNotice)? in
            guard !state.isClosed else { return nil }
            state.pending.merge(notice)
            guard let waiting = state.waiting, let next = state.pending.next() else { return nil }
            state.waiting = nil
            return (waiting, next)
        }
        if let (continuation, next) = delivery { continuation.resume(returning: next) }
    }

    func next() async -> EngineNotice? {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state -> EngineNotice?? in
                if let next = state.pending.next() { return .some(next) }
                if state.isClosed || state.waiting != nil { return .some(nil) }
                state.waiting = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: nil)
    }
}

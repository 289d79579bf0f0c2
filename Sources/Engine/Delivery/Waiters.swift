import Primitives

/// Calls that wait for something, by a key: each in its turn until that comes, its time is up, or its task is cancelled.
///
/// ```swift
/// // On the actor that knows whether it has come: nothing can come between the look and the place in the row.
/// if isUnderWay(id) { end = await waiters.wait(waiters.enter(id), until: deadline, by: clock) }
/// ```
final class Waiters<Key: Hashable & Sendable>: Sendable {
    enum End: Sendable {
        case came
        case timedOut
        case cancelled
    }

    /// A place in the row of a key, for one wait.
    struct Place: Sendable {
        fileprivate let key: Key
        fileprivate let number: Int
    }

    private struct State {
        var next = 0
        var rows: [Key: [Int]] = [:]
        var waiting: [Int: CheckedContinuation<End, Never>] = [:]
        /// What came before its wait began.
        var ended: [Int: End] = [:]
    }

    private let state = Locked(State())

    var count: Int { state.withLock { $0.rows.values.reduce(0) { $0 + $1.count } } }

    /// Whatever comes from here on ends the wait.
    func enter(_ key: Key) -> Place {
        state.withLock { state in
            state.next += 1
            state.rows[key, default: []].append(state.next)
            return Place(key: key, number: state.next)
        }
    }

    func wait(_ place: Place, until deadline: Timestamp, by clock: any EngineClock) async -> End {
        let alarm = Task {
            do { try await clock.sleep(until: deadline) } catch { return }
            end(place, .timedOut)
        }
        defer { alarm.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ended = state.withLock { state -> End? in
                    if let ended = state.ended.removeValue(forKey: place.number) { return ended }
                    state.waiting[place.number] = continuation
                    return nil
                }
                if let ended { continuation.resume(returning: ended) }
            }
        } onCancel: {
            end(place, .cancelled)
        }
    }

    /// It has come.
    func resume(_ key: Key) {
        for continuation in state.withLock({ Self.leave(&$0, key) }) { continuation.resume(returning: .came) }
    }

    func resumeAll() {
        let continuations = state.withLock { state in
            Array(state.rows.keys).flatMap { Self.leave(&state, $0) }
        }
        for continuation in continuations { continuation.resume(returning: .came) }
    }

    private static func leave(_ state: inout State, _ key: Key) -> [CheckedContinuation<End, Never>] {
        var continuations: [CheckedContinuation<End, Never>] = []
        for number in state.rows.removeValue(forKey: key) ?? [] {
            if let continuation = state.waiting.removeValue(forKey: number) {
                continuations.append(continuation)
            } else {
                state.ended[number] = .came
            }
        }
        return continuations
    }

    private func end(_ place: Place, _ end: End) {
        let continuation = state.withLock { state -> CheckedContinuation<End, Never>? in
            guard let index = state.rows[place.key]?.firstIndex(of: place.number) else { return nil }
            state.rows[place.key]?.remove(at: index)
            if state.rows[place.key]?.isEmpty == true { state.rows[place.key] = nil }
            if let continuation = state.waiting.removeValue(forKey: place.number) { return continuation }
            state.ended[place.number] = end
            return nil
        }
        continuation?.resume(returning: end)
    }
}

import Domain
import Engine
import Primitives

/// The callback's side of a run with breaks: which record was told, by which events.
final class ToldRecords: Sendable {
    private struct State {
        /// Event ids by record and name.
        var events: [String: Set<String>] = [:]
        var waiters: [Int: (key: String, continuation: CheckedContinuation<Bool, Never>)] = [:]
        var lastWaiter = 0
    }

    private let state = Locked(State())

    static func key(_ record: String, _ name: String) -> String { "\(record.prefix(15)) \(name)" }

    /// How many records were told.
    var count: Int { state.withLock { $0.events.count } }

    /// Those that more than one event tells.
    var twice: [String] { state.withLock { $0.events.filter { $0.value.count > 1 }.map(\.key) } }

    func take(_ post: CallbackServer.Received) -> CallbackServer.Answer {
        let json = post.json
        let raw = json["message"]?["raw"]
        // A webhook's records stand as its sender wrote them.
        guard let name = (raw?["Account"] ?? raw?["records"])?.array?.first?["Name"]?.string else {
            return .status(400)
        }
        let (key, event) = (Self.key(post.recordID, name), post.eventID)
        let woken = state.withLock { state in
            state.events[key, default: []].insert(event)
            let woken = state.waiters.filter { $0.value.key == key }
            for id in woken.keys { state.waiters[id] = nil }
            return woken.values.map(\.continuation)
        }
        woken.forEach { $0.resume(returning: true) }
        return .ok
    }

    /// Returns when it was told; false if it was not in that time.
    func wait(for key: String, seconds: Int64) async -> Bool {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        let alarm = Task {
            let clock = SystemClock()
            do { try await clock.sleep(until: clock.due.advanced(bySeconds: seconds)) } catch { return }
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(returning: false)
        }
        defer { alarm.cancel() }
        return await withCheckedContinuation { continuation in
            let isTold = state.withLock { state in
                if state.events[key] != nil { return true }
                state.waiters[id] = (key, continuation)
                return false
            }
            if isTold { continuation.resume(returning: true) }
        }
    }
}

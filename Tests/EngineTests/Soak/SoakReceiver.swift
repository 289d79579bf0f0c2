import Domain
import Primitives
import Synchronization

/// The callback's side: fails now and then, and writes down what it took, record by record.
final class SoakReceiver: Sendable {
    private struct State {
        var dice: SeededGenerator
        var failing = 3
        var taken: [String: [SoakOracle.Said]] = [:]
        var ids: Set<String> = []
        var posts = 0
        var refused = 0
        var repeats = 0
        var faults: [String] = []
    }

    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(dice: SeededGenerator(seed: seed))) }

    var taken: [String: [SoakOracle.Said]] { state.withLock { $0.taken } }
    var faults: [String] { state.withLock { $0.faults } }
    var numbers: (posts: Int, refused: Int, repeats: Int) { state.withLock { ($0.posts, $0.refused, $0.repeats) } }

    func recover() { state.withLock { $0.failing = 0 } }

    func answer(_ post: CallbackServer.Received) -> CallbackServer.Answer {
        let json = post.json
        return state.withLock { state in
            state.posts += 1
            if state.dice.chance(state.failing) {
                state.refused += 1
                return .status(state.dice.chance(50) ? 500 : 503)
            }
            // Told again as nobody heard the first answer: at least once.
            guard state.ids.insert(json["message"]?["eventId"]?.string ?? "").inserted else {
                state.repeats += 1
                return .ok
            }
            do { try Self.note(json, &state.taken) } catch { state.faults.append("\(error)") }
            return .ok
        }
    }

    private static func note(_ json: JSON, _ taken: inout [String: [SoakOracle.Said]]) throws {
        var seen: [String: Int] = [:]
        for event in json["message"]?["events"]?.array ?? [] {
            let object = event["objectType"]?.string ?? ""
            let position = seen[object, default: 0]
            seen[object] = position + 1
            guard let change = event["eventType"]?.string.flatMap({ Change(rawValue: $0) }),
                let id = event["objectId"]?.string,
                let raw = json["message"]?["raw"]?[object]?.array?[position]
            else { continue }
            let content = SoakOracle.content(try RecordFields(parsing: raw.text))
            taken[object + "/" + id, default: []].append(.init(change: change, content: content))
        }
    }
}

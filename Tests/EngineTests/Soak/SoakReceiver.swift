import Domain
import Primitives

/// The callback's side: fails now and then, and writes down what it took, record by record.
final class SoakReceiver: Sendable {
    struct Numbers {
        var posts = 0
        var refused = 0
        /// What was taken and is sent again, as the process was killed before the answer was on disk.
        var repeatedAfterKills = 0
        /// The same, as the disk refused to have the answer.
        var repeatedAfterRefusals = 0

        var repeats: Int { repeatedAfterKills + repeatedAfterRefusals }
    }

    private struct State {
        var dice: SeededGenerator
        /// Percent of the posts.
        var failing: Int
        var taken: [String: [SoakOracle.Said]] = [:]
        /// In which life of the process each event was taken first.
        var lives: [String: Int] = [:]
        /// Those in which the disk refuses writes.
        var livesWithRefusals: Set<Int> = []
        var numbers = Numbers()
        var faults: [String] = []
    }

    private let state: Locked<State>

    init(seed: UInt64, failing: Int) {
        state = Locked(State(dice: SeededGenerator(seed: seed), failing: failing))
    }

    var taken: [String: [SoakOracle.Said]] { state.withLock { $0.taken } }
    var faults: [String] { state.withLock { $0.faults } }
    var numbers: Numbers { state.withLock { $0.numbers } }

    func recover() { state.withLock { $0.failing = 0 } }

    /// In this life of the process, what was taken may be sent again without a kill.
    func expectRepeats(in life: Int) { state.withLock { _ = $0.livesWithRefusals.insert(life) } }

    static func userAgent(life: Int) -> String { "signalbox-soak/\(life)" }

    private static func life(_ post: CallbackServer.Received) -> Int {
        post.headers["user-agent"]?.split(separator: "/").last.flatMap { Int($0) } ?? -1
    }

    func answer(_ post: CallbackServer.Received) -> CallbackServer.Answer {
        let (json, id, life) = (post.json, post.eventID, Self.life(post))
        return state.withLock { state in
            state.numbers.posts += 1
            if state.dice.chance(state.failing) {
                state.numbers.refused += 1
                let status = [500, 503, 429, 302, 404].randomElement(using: &state.dice) ?? 500
                return .init(status: status, headers: state.dice.chance(30) ? ["retry-after": "7"] : [:])
            }
            // At least once, and more often for a reason alone.
            if let first = state.lives[id] {
                if first < life {
                    state.numbers.repeatedAfterKills += 1
                } else if state.livesWithRefusals.contains(life) {
                    state.numbers.repeatedAfterRefusals += 1
                } else {
                    state.faults.append("\(id) is sent again for no reason")
                }
                return .ok
            }
            state.lives[id] = life
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

import Primitives

/// What a run with breaks counts.
final class BreakTally: Sendable {
    private struct State {
        var sides: [String: Int] = [:]
        var ends: [String: Int] = [:]
        var lost: [String] = []
        var late: [String] = []
        var wrong: [String] = []
        var struck = 0
    }

    private let state = Locked(State())

    var lost: [String] { state.withLock { $0.lost } }
    var late: [String] { state.withLock { $0.late } }
    var wrong: [String] { state.withLock { $0.wrong } }
    var struck: Int { state.withLock { $0.struck } }

    func began(_ example: BreakCase) { state.withLock { $0.sides[example.side.rawValue, default: 0] += 1 } }
    func struck(_ hasStruck: Bool) { if hasStruck { state.withLock { $0.struck += 1 } } }
    /// How an exchange ended: by the name of a limit, or as it broke.
    func ended(_ how: String) { state.withLock { $0.ends[how, default: 0] += 1 } }
    func lost(_ what: String) { state.withLock { $0.lost.append(what) } }
    func late(_ what: String) { state.withLock { $0.late.append(what) } }
    func wrong(_ what: String) { state.withLock { $0.wrong.append(what) } }

    func ends(_ name: String) -> Int { state.withLock { $0.ends[name] ?? 0 } }

    func line(_ count: Int, seed: UInt64, twice: Int) -> String {
        state.withLock { state in
            let sides = BreakCase.Side.allCases.map { "\($0.rawValue) \(state.sides[$0.rawValue] ?? 0)" }
            let ends = state.ends.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            return "\(count) breaks (seed \(seed)): \(sides.joined(separator: ", ")); \(state.struck) struck; "
                + "\(ends.joined(separator: ", ")); \(state.lost.count) lost, \(twice) twice, \(state.late.count) late"
        }
    }
}

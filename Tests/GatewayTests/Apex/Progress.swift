import Primitives

/// What a deployment told on its way, each state once.
final class Progress: Sendable {
    private let states = Locked<[String]>([])

    var all: [String] { states.withLock { $0 } }

    func add(_ state: String) { states.withLock { if $0.last != state { $0.append(state) } } }
}

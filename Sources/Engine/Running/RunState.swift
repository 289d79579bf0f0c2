import Primitives

/// Whether the engine is at work.
final class RunState: Sendable {
    private enum Phase { case fresh, running, stopped }

    private let phase = Locked(Phase.fresh)

    /// It polls and delivers.
    var isRunning: Bool { phase.withLock { $0 == .running } }
    /// It was at work and is not any more.
    var isStopped: Bool { phase.withLock { $0 == .stopped } }

    func begin() { phase.withLock { $0 = .running } }
    func end() { phase.withLock { $0 = .stopped } }
}

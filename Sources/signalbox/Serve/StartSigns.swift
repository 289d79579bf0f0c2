import Dispatch
import Domain
import Primitives

/// Has a service manager wait while the store is opened. That may take longer than it would: a large store is copied and
/// changed for a new version, and a node that stood by is watched already. Not for ever, though: a start may hang, and to end
/// that is what it is there for.
final class StartSigns: Sendable {
    /// Milliseconds between two signs, of which some may get lost.
    private static let pause: Int64 = 10_000

    private let socket: NotifySocket
    private let message: String
    private let pause: Int64
    private let limit: Duration
    private let onLimit: @Sendable () -> Void
    /// One of its own: whoever opens the store holds its thread.
    private let queue = DispatchQueue(label: "signalbox.start", qos: .userInitiated)
    /// Counts beginnings and ends.
    private let turn = Locked(0)

    /// Nil where no service manager can be told. `onLimit` hears that a store was not opened in its time.
    init?(
        environment: [String: String],
        pause: Int64 = StartSigns.pause,
        limit: Int64 = Limit.storeOpening.milliseconds,
        onLimit: @escaping @Sendable () -> Void = {}
    ) {
        guard let socket = try? NotifySocket.given(environment) else { return nil }
        self.socket = socket
        self.limit = .milliseconds(limit)
        self.onLimit = onLimit
        let interval = (try? ServiceManager.interval(environment))?.wholeMilliseconds
        self.pause = max(1, min(pause, interval ?? pause))
        message = "EXTEND_TIMEOUT_USEC=\(pause * 6000)" + (interval == nil ? "" : "\nWATCHDOG=1")
    }

    /// From now on, up to the limit.
    func begin() {
        let own = turn.withLock { turn in
            turn += 1
            return turn
        }
        say(own, until: .now.advanced(by: limit))
    }

    /// The store is open: once more, for the start of the engine, and nothing after that.
    func opened() {
        turn.withLock { turn in
            turn += 1
            try? socket.send(message)
        }
    }

    /// Nothing is said after that.
    func end() { turn.withLock { $0 += 1 } }

    private func say(_ own: Int, until end: ContinuousClock.Instant) {
        if ContinuousClock.now >= end {
            if turn.withLock({ $0 == own }) { onLimit() }
            return
        }
        let isOver = turn.withLock { turn in
            // What is lost the next one says.
            if turn == own { try? socket.send(message) }
            return turn != own
        }
        if isOver { return }
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(pause))) { self.say(own, until: end) }
    }
}

import Dispatch
import Primitives
import Synchronization

/// Has a service manager wait while the store is opened and the engine starts. That may take longer than it would: a large
/// store is copied and changed for a new version, and a node that stood by is watched already.
final class StartSigns: Sendable {
    /// Milliseconds between two signs, of which some may get lost.
    private static let pause: Int64 = 10_000

    private let socket: NotifySocket
    private let message: String
    private let pause: Int64
    /// One of its own: whoever opens the store holds its thread.
    private let queue = DispatchQueue(label: "signalbox.start", qos: .userInitiated)
    /// Counts beginnings and ends.
    private let turn = Mutex(0)

    /// Nil where no service manager can be told.
    init?(environment: [String: String], pause: Int64 = StartSigns.pause) {
        guard let name = environment["NOTIFY_SOCKET"], !name.isEmpty, let socket = try? NotifySocket(name) else {
            return nil
        }
        self.socket = socket
        let interval = (try? ServiceManager.interval(environment))?.wholeMilliseconds
        self.pause = max(1, min(pause, interval ?? pause))
        message = "EXTEND_TIMEOUT_USEC=\(pause * 6000)" + (interval == nil ? "" : "\nWATCHDOG=1")
    }

    /// From now on.
    func begin() {
        let own = turn.withLock { turn in
            turn += 1
            return turn
        }
        say(own)
    }

    /// Nothing is said after that.
    func end() { turn.withLock { $0 += 1 } }

    private func say(_ own: Int) {
        let isOver = turn.withLock { turn in
            // What is lost the next one says.
            if turn == own { try? socket.send(message) }
            return turn != own
        }
        if isOver { return }
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(pause))) { self.say(own) }
    }
}

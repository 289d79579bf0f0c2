import Dispatch
import Domain
import Glibc
import Logging
import Primitives
import ServiceLifecycle
import UnixSignals

/// Sees to it that the program ends in time, whatever hangs: the parts end in their order and within their own limits, and
/// if that is not enough the process ends without them. What was acknowledged is on disk by then, as after a kill.
final class Ending: Sendable {
    private struct State {
        var hasBegun = false
        var isOver = false
        var signals = SignalRepeats()
        var stages: [String] = []
    }

    /// One of its own, so that a thread is there for it although all others are blocked.
    private let queue = DispatchQueue(label: "signalbox.ending", qos: .userInitiated)
    private let state = Locked(State())
    private let logger: Logger
    private let limit: Int64
    private let exit: @Sendable (Int32) -> Void
    private let onBegin: @Sendable () -> Void

    /// `limit` is in milliseconds; `exit` ends the process without any handlers: they would wait for what hangs. `onBegin`
    /// is called once, from any thread, and must not wait.
    init(
        logger: Logger,
        limit: Int64 = Limit.shutdown.milliseconds,
        exit: @escaping @Sendable (Int32) -> Void = { _exit($0) },
        onBegin: @escaping @Sendable () -> Void = {}
    ) {
        self.logger = logger
        self.limit = limit
        self.exit = exit
        self.onBegin = onBegin
    }

    /// From now on the program has `Limit.shutdown`. `status` is what it ends with if it needs longer.
    func begin(status: Int32 = 0) {
        let isFirst = state.withLock { state in
            defer { state.hasBegun = true }
            return !state.hasBegun
        }
        guard isFirst else { return }
        onBegin()
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(limit))) { self.expire(status) }
    }

    var hasBegun: Bool { state.withLock { $0.hasBegun } }

    /// All has ended by itself.
    func finish() { state.withLock { $0.isOver = true } }

    func enter(_ stage: String) { state.withLock { $0.stages.append(stage) } }
    func leave(_ stage: String) { state.withLock { $0.stages.removeAll { $0 == stage } } }

    private func expire(_ status: Int32) {
        let (isOver, stages) = state.withLock { ($0.isOver, $0.stages) }
        if isOver { return }
        logger.error(
            """
            The end took longer than \(limit) ms, so the process ends without it. Whatever was acknowledged is on \
            disk; what was under way is tried again by the next start.
            """,
            metadata: ["hanging": "\(stages.joined(separator: ", "))"]
        )
        exit(status)
    }

    // MARK: Signals

    /// The first of these signals begins the end, which the service group then goes about; a second one is the end, at once.
    func watch(_ signals: [UnixSignal]) {
        for signal in signals {
            let number = signal.rawValue
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                // It keeps itself: nothing else needs it, and it watches for as long as the process lives.
                withExtendedLifetime(source) { self.handle(number) }
            }
            source.resume()
        }
    }

    private func handle(_ number: Int32) {
        let isSecond = state.withLock { $0.signals.isSecond(at: .now) }
        begin()
        guard isSecond else { return }
        // As if nobody had ever handled it, so that whoever waits sees which signal it was.
        Glibc.signal(number, SIG_DFL)
        var own = sigset_t()
        unsafe sigemptyset(&own)
        unsafe sigaddset(&own, number)
        unsafe pthread_sigmask(SIG_UNBLOCK, &own, nil)
        raise(number)
    }
}

/// A service that the end can name if it hangs.
struct Stage: Service {
    let name: String
    let service: any Service
    let ending: Ending

    func run() async throws {
        ending.enter(name)
        defer { ending.leave(name) }
        try await service.run()
        // One that ends because another has ended waits for its own turn: the group takes it for a failure otherwise.
        if ending.hasBegun { try? await gracefulShutdown() }
    }
}

/// Begins the end when its group does; the last of a group, as a group stops its services from the last one on.
struct EndWatch: Service {
    let ending: Ending
    let signals: [UnixSignal]

    func run() async throws {
        // The group takes them by now: none is lost between the two.
        ending.watch(signals)
        do { try await gracefulShutdown() } catch {
            // Another service failed.
            ending.begin(status: 1)
            throw error
        }
        ending.begin()
    }
}

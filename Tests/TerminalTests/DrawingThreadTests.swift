import Foundation
import Glibc
import Primitives
import TestSupport
import Testing

@testable import Terminal

/// Who gets a core that is wanted by several: the thread that draws.
@Suite(.timeLimit(.minutes(5)))
struct DrawingThreadTests {
    init() { Scenario.quietBacktraces() }

    @Test func `all threads but the one that draws give way, those that come later within ten seconds`() async {
        await #expect(processExitsWith: .exitCode(7)) {
            let began = ContinuousClock.now
            let own = niceness(of: currentThread())
            let others = [Parked(), Parked()]
            var drawing = DrawingThread()
            drawing.comeFirst(at: began)
            guard niceness(of: currentThread()) == own, others.allSatisfy({ niceness(of: $0.id) == max(7, own) }) else {
                exit(1)
            }
            // Begun by the thread that draws, so it is as high as that.
            let late = Parked()
            drawing.comeFirst(at: began + .seconds(9))
            guard niceness(of: late.id) == own else { exit(2) }
            drawing.comeFirst(at: began + .seconds(10))
            guard niceness(of: late.id) == max(7, own) else { exit(3) }
            setpriority(threadPriority, UInt32(late.id), 12)
            drawing.comeFirst(at: began + .seconds(20))
            // One that is lower already stays where it is.
            exit(niceness(of: late.id) == 12 ? 7 : 4)
        }
    }
}

private let threadPriority = __priority_which_t(PRIO_PROCESS.rawValue)

private func niceness(of thread: pid_t) -> Int32 { getpriority(threadPriority, UInt32(thread)) }

/// Linux's number of the calling thread, which glibc tells C alone.
private func currentThread() -> pid_t {
    let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
    return link.flatMap { $0.split(separator: "/").last }.flatMap { pid_t($0) } ?? 0
}

/// A thread that does nothing as long as the test lasts.
private final class Parked: Sendable {
    private let number = Locked<pid_t>(0)
    private let gate = Gate()

    var id: pid_t { number.withLock { $0 } }

    /// Returns once the thread runs.
    init() {
        Thread.detachNewThread { [self] in
            number.withLock { $0 = currentThread() }
            gate.holdThread()
        }
        if !threadWaits(until: { id != 0 }) { exit(9) }
    }
}

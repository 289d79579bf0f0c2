import NIOCore
import Primitives

/// Runs the jobs of tasks on an event loop, by the thread that reads and writes its connections.
///
/// A request that leaves the loop for a thread of the common pool, and whose answer comes back, wakes a sleeping thread each
/// way: a ninth of all that a webhook costs. The loop must last as long as the process: what is given to one that has ended
/// never runs.
final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// The executors of event loops, of which each has one.
final class EventLoopExecutors: Sendable {
    private let known = Locked<[ObjectIdentifier: EventLoopExecutor]>([:])

    subscript(loop: any EventLoop) -> EventLoopExecutor {
        known.withLock { known in
            if let executor = known[ObjectIdentifier(loop)] { return executor }
            let executor = EventLoopExecutor(loop: loop)
            known[ObjectIdentifier(loop)] = executor
            return executor
        }
    }
}

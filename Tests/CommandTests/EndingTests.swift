import Foundation
import Logging
import Primitives
import ServiceLifecycle
import Store
import TestSupport
import Testing

@testable import signalbox

/// The last resort of the end.
@Suite(.timeLimit(.minutes(20)))
struct EndingTests {
    @Test(arguments: [0, 1] as [Int32])
    func `what hangs beyond all limits is named, and the process ends without it`(_ status: Int32) async {
        let lines = LogLines()
        let (exits, tell) = AsyncStream<Int32>.makeStream()
        let begun = Locked(0)
        let ending = Ending(
            logger: lines.logger,
            limit: 20,
            exit: { tell.yield($0) },
            onBegin: { begun.withLock { $0 += 1 } }
        )
        ending.enter("listeners")
        ending.enter("engine")
        ending.leave("listeners")
        ending.begin(status: status)
        ending.begin(status: 7)
        var exit = exits.makeAsyncIterator()
        #expect(await exit.next() == status)
        #expect(begun.withLock { $0 } == 1)
        let line = lines.all.joined()
        #expect(line.contains("engine") && !line.contains("listeners"))
        #expect(line.contains("Whatever was acknowledged is on disk"))
    }

    @Test func `signals that come with the first one are a part of it, a later one is a second`() {
        let begin = ContinuousClock.now
        var repeats = SignalRepeats()
        let seen = [0, 1, 299, 300, 5000].map { repeats.isSecond(at: begin + .milliseconds($0)) }
        #expect(seen == [false, false, false, true, true])
    }

    @Test func `a store that is lost ends the program as a failure, however the signal then begins the end`() async {
        let (exits, tell) = AsyncStream<Int32>.makeStream()
        let ending = Ending(logger: LogLines().logger, limit: 20, exit: { tell.yield($0) })
        // What comes of a signal is an end without a fault.
        let loss = StoreLoss(ending: ending, signal: { ending.begin() })
        loss.end(StoreError(.other, "Another node took this one's place."))
        var exit = exits.makeAsyncIterator()
        #expect(await exit.next() == 1)
        #expect(loss.error?.message == "Another node took this one's place.")
    }

    /// Ends when it is told to and another has ended because of that.
    private struct Source: Service {
        let end: Gate
        let hasEnded: Gate

        func run() async throws {
            try await gracefulShutdown()
            end.open()
            await hasEnded.wait()
        }
    }

    private struct Reader: Service {
        let end: Gate
        let hasEnded: Gate

        func run() async throws {
            await end.wait()
            hasEnded.open()
        }
    }

    @Test func `a service that ends because another does fails nothing`() async throws {
        let logger = LogLines().logger
        for _ in 0..<20 {
            let (end, hasEnded) = (Gate(), Gate())
            let ending = Ending(logger: logger, exit: { _ in })
            let group = ServiceGroup.made(
                of: [
                    Stage(name: "reader", service: Reader(end: end, hasEnded: hasEnded), ending: ending),
                    Stage(name: "source", service: Source(end: end, hasEnded: hasEnded), ending: ending),
                ],
                ending: ending,
                logger: logger
            )
            let run = Task { try await group.run() }
            await group.triggerGracefulShutdown()
            try await run.value
            ending.finish()
        }
    }
}

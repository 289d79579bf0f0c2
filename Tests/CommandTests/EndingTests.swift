import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import signalbox

/// The last resort of the end.
@Suite(.timeLimit(.minutes(10)))
struct EndingTests {
    @Test(arguments: [0, 1] as [Int32])
    func `what hangs beyond all limits is named, and the process ends without it`(_ status: Int32) async {
        let lines = LogLines()
        let (exits, tell) = AsyncStream<Int32>.makeStream()
        let begun = Mutex(0)
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

    /// Ends when it is told to, and says so to another.
    private struct Source: Service {
        let tell: AsyncStream<Void>.Continuation

        func run() async throws {
            try await gracefulShutdown()
            tell.finish()
            // The other one has heard of it long before this one has ended.
            for _ in 0..<1000 { await Task.yield() }
        }
    }

    private struct Reader: Service {
        let news: AsyncStream<Void>

        func run() async throws { for await _ in news {} }
    }

    @Test func `a service that ends because another does fails nothing`() async throws {
        let logger = LogLines().logger
        for _ in 0..<20 {
            let (news, tell) = AsyncStream<Void>.makeStream()
            let ending = Ending(logger: logger, exit: { _ in })
            let group = ServiceGroup.made(
                of: [
                    Stage(name: "reader", service: Reader(news: news), ending: ending),
                    Stage(name: "source", service: Source(tell: tell), ending: ending),
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

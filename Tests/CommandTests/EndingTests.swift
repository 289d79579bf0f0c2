import Foundation
import Logging
import Synchronization
import Testing

@testable import signalbox

/// The last resort of the end.
@Suite(.timeLimit(.minutes(10)))
struct EndingTests {
    /// Keeps what is logged.
    private struct Keeper: LogHandler {
        final class Lines: Sendable {
            let all = Mutex<[String]>([])
        }

        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(_ lines: Lines) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.all.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }

    @Test(arguments: [0, 1] as [Int32])
    func `what hangs beyond all limits is named, and the process ends without it`(_ status: Int32) async {
        let lines = Keeper.Lines()
        let (exits, tell) = AsyncStream<Int32>.makeStream()
        let begun = Mutex(0)
        let ending = Ending(
            logger: Logger(label: "test") { _ in Keeper(lines) },
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
        let line = lines.all.withLock { $0.joined() }
        #expect(line.contains("engine") && !line.contains("listeners"))
        #expect(line.contains("Whatever was acknowledged is on disk"))
    }
}

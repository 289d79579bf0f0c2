import ArgumentParser
import Domain
import Foundation
import Primitives
import Store

/// A node with one webhook instance, in a process of its own. Its first line says where it listens; after that each line of
/// its input is answered by one with how it fares, until the input ends.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "node", shouldDisplay: false)

    @Option(help: "Where the instance's events are posted.") var callback: String

    func run() async throws {
        let node = try await BenchNode(callbackURL: callback)
        let log = DataDirectory.databasePath(in: node.directory) + "-wal"
        try await node.serve { port in
            let hello: JSON = [
                "port": .integer(port), "token": .string(node.instance.receiverToken.exposed),
                "secret": .string(node.instance.receiverSecret.exposed),
            ]
            StandardOutput.line(hello.text)
            let (lines, asked) = AsyncStream.makeStream(of: Void.self)
            Thread.detachNewThread {
                while readLine() != nil { asked.yield() }
                asked.finish()
            }
            // The log grows and shrinks between two questions.
            let highest = HighestSize(of: log)
            for await _ in lines {
                let counts = try await node.store.counts(.init())
                let readings = Readings([
                    "resident": Measured.residentMegabytes, "processor": Measured.processorMilliseconds,
                    "log": highest.take(), "total": Double(counts.total), "open": Double(counts.open),
                    "delivered": Double(counts.byState[.delivered, default: 0]),
                ])
                StandardOutput.line(readings.line)
            }
            highest.stop()
        }
        try await node.remove()
    }
}

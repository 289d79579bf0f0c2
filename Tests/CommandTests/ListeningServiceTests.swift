import Domain
import Logging
import Primitives
import ServiceLifecycle
import TestSupport
import Testing

@testable import signalbox

struct ListeningServiceTests {
    private func service(_ address: HostPort, _ onRunning: @escaping @Sendable (HostPort) async -> Void) -> some Service
    {
        let listener = CallbackListener(
            address: address,
            logger: .quiet,
            now: { Timestamp(seconds: 1_800_000_000) },
            onRunning: onRunning,
            receive: { _ in ListenerAnswer(status: 200) }
        )
        return ListeningService(server: listener.service(), address: address, wayOut: "start the demo again")
    }

    @Test(.timeLimit(.minutes(20)))
    func `a port that is in use ends with a sentence, whichever server wanted it`() async throws {
        let (bound, continuation) = AsyncStream.makeStream(of: HostPort.self)
        let first = service(HostPort(host: "127.0.0.1", port: 0)) { continuation.yield($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await first.run() }
            let address = try #require(await bound.first { _ in true })
            let fault = await #expect(throws: CommandFailure.self) {
                try await service(address) { _ in Issue.record("it listens") }.run()
            }
            #expect(
                fault?.description == "Port \(address.port) on 127.0.0.1 is in use by another program; "
                    + "stop that one or start the demo again."
            )
            group.cancelAll()
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func `so does an address of another machine`() async throws {
        let fault = await #expect(throws: CommandFailure.self) {
            try await service(HostPort(host: "192.0.2.1", port: 0)) { _ in Issue.record("it listens") }.run()
        }
        #expect(fault?.description == "192.0.2.1 is not an address of this machine; start the demo again.")
    }
}

import Domain
import EngineAPI
import HTTPTypes
import Logging
import TestSupport
import Testing

/// What of a failed call stands in the log, and how loudly.
struct FailureLogTests {
    @Test(
        arguments: [
            (.upstream, 502, false), (.unavailable, 503, false), (.storage, 503, true),
        ] as [(ClientError.Kind, Int, Bool)]
    )
    func `What an org refuses is no failure of this program`(
        kind: ClientError.Kind,
        status: Int,
        isOurs: Bool
    ) async throws {
        let lines = LogLines()
        let fixture = Fixture(logger: lines.logger)
        try await fixture.makeInstance()
        fixture.engine.fail(ClientError(kind, "It is so."))
        let answer = try await fixture.call(.post, "/instances/401/poll")
        #expect(answer.status == status)
        #expect(lines.lines { $0 >= .warning }.contains { $0.contains("management API") } == isOurs)
        // Whoever looks for the request finds it.
        #expect(lines.all.contains { $0.contains("It is so.") })
    }
}

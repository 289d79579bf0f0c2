import Logging
package import SimulatedOrg
import TestSupport

extension SimulatedOrgConfiguration {
    /// An org without records.
    package static var empty: SimulatedOrgConfiguration {
        var configuration = SimulatedOrgConfiguration()
        configuration.recordsPerObject = 0
        return configuration
    }
}

/// Serves a simulated org on a free port of 127.0.0.1 for as long as `body` takes.
package func withServedOrg<Result>(
    _ configuration: SimulatedOrgConfiguration = .init(),
    clock: OrgClock = .system,
    _ body: (RunningSimulatedOrg, Org) async throws -> Result
) async throws -> Result {
    let org = Org(configuration: configuration, clock: clock)
    let server = try await SimulatedOrgServer(configuration: configuration, org: org, logger: .quiet).start()
    do {
        let result = try await body(server, org)
        await server.stop()
        return result
    } catch {
        await server.stop()
        throw error
    }
}

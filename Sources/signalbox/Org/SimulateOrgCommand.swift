import ArgumentParser
import Domain
import Logging
import Primitives
import ServiceLifecycle
import SimulatedOrg

/// `signalbox simulate-org`.
struct SimulateOrgCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate-org",
        abstract: "A simulated Salesforce org, to try Signalbox without a real one.",
        discussion: """
            Prints one JSON line on standard output when it is ready: baseURL, clientId, clientSecret, a \
            reusable authorizationCode, and a refreshToken. Enter baseURL as Endpoint address.

            Records change continuously with --rate, or on request over its REST API and /control.
            """
    )

    @Option(parsing: .unconditional, help: ArgumentHelp("Port; 0 for any free one.", valueName: "n"))
    var port = 8190

    @Option(help: ArgumentHelp("Address to listen on.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(parsing: .unconditional, help: ArgumentHelp("Random changes per second.", valueName: "n"))
    var rate = 0.0

    @Option(parsing: .unconditional, help: ArgumentHelp("Initial number of records of each object.", valueName: "n"))
    var records = 25

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Makes data and activity repeatable; another seed is another org.", valueName: "n")
    )
    var seed: UInt64 = 1

    @Option(parsing: .unconditional, help: ArgumentHelp("Milliseconds added to every response.", valueName: "ms"))
    var latency = 0

    @Flag(inversion: .prefixedNo, help: "A sandbox, or a production org.")
    var sandbox = true

    @Flag(name: .customLong("rotate-tokens"), help: "Issue a new refresh token with every refresh.")
    var rotateTokens = false

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is a number from 0 to 65535.") }
        guard rate >= 0, rate <= 10_000 else { throw ValidationError("--rate is 0 to 10000 changes a second.") }
        guard (0...100_000).contains(records) else { throw ValidationError("--records is 0 to 100000.") }
        guard (0...60_000).contains(latency) else { throw ValidationError("--latency is 0 to 60000 milliseconds.") }
    }

    func run() throws {
        var configuration = SimulatedOrgConfiguration()
        configuration.host = host
        configuration.port = port
        configuration.seed = seed
        // That of no --seed is the first.
        configuration.organization = Int((seed &- 1) % SimulatedOrgConfiguration.organizations)
        configuration.rate = rate
        configuration.recordsPerObject = records
        configuration.isSandbox = sandbox
        configuration.rotatesRefreshTokens = rotateTokens
        let address = HostPort(host: host, port: port)
        let setup = configuration
        let latency = latency
        try waiting {
            let org = Org(configuration: setup)
            if latency > 0 { await org.add(FaultRule(.slow(seconds: Double(latency) / 1000), times: nil)) }
            let server = SimulatedOrgServer(configuration: setup, org: org, logger: .diagnostics(.error)) { port in
                await Self.announce(org, setup, url: HostPort(host: address.host, port: port).url)
            }
            try await ServiceGroup.run(
                untilSignal: ListeningService(
                    server: server,
                    address: address,
                    wayOut: "choose another with --port",
                    otherHost: "choose another with --host"
                )
            )
        }
    }

    private static func announce(_ org: Org, _ configuration: SimulatedOrgConfiguration, url: String) async {
        do {
            let access = try await OrgCredentials(org: org, configuration: configuration, baseURL: url)
            StandardStreams.printDiagnostic("The simulated org answers at \(url) (Ctrl-C ends it).")
            try StandardStreams.printLine(access.json.line)
        } catch {
            StandardStreams.printDiagnostic("signalbox: \(ErrorSentence.text(error))")
        }
    }
}

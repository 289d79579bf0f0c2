import Domain
import Logging
import ServiceLifecycle
import UnixSignals

extension ServiceGroup {
    /// Runs a service until SIGINT or SIGTERM; then it finishes what is in flight, within the limits of the end.
    static func run(untilSignal service: any Service) async throws {
        let logger = Logger.diagnostics(.error)
        let ending = Ending(logger: logger)
        defer { ending.finish() }
        let stage = Stage(name: "requests", service: service, ending: ending)
        try await made(
            of: [stage],
            signals: [.sigterm, .sigint],
            patience: Limit.requestsAtEnd.milliseconds,
            ending: ending,
            logger: logger
        ).run()
    }

    /// Services of which one that ends ends all. After `patience`, in milliseconds, those that still run are cancelled; nil
    /// is for services that keep their limits themselves.
    static func made(
        of services: [any Service],
        signals: [UnixSignal] = [],
        patience: Int64? = nil,
        ending: Ending,
        logger: Logger
    ) -> ServiceGroup {
        let ownLimits = [Limit.requestsAtEnd, .attemptsAtEnd, .outcomesAtEnd].reduce(0) { $0 + $1.milliseconds }
        var configuration = ServiceGroupConfiguration(
            services: (services + [EndWatch(ending: ending, signals: signals)]).map {
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: $0,
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .cancelGroup
                )
            },
            gracefulShutdownSignals: signals,
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .milliseconds(patience ?? ownLimits)
        return ServiceGroup(configuration: configuration)
    }
}

import Logging
import ServiceLifecycle
import UnixSignals

extension ServiceGroup {
    /// Services that run until SIGINT or SIGTERM; then they finish what is in flight. One that ends ends all.
    static func untilSignal(_ services: [any Service], logger: Logger = .diagnostics(.error)) -> ServiceGroup {
        made(of: services, signals: [.sigterm, .sigint], logger: logger)
    }

    static func made(of services: [any Service], signals: [UnixSignal] = [], logger: Logger) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: $0,
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .cancelGroup
                )
            },
            gracefulShutdownSignals: signals,
            logger: logger
        )
        // A call of the management API may be waiting for an org that does not answer.
        configuration.maximumGracefulShutdownDuration = .seconds(20)
        return ServiceGroup(configuration: configuration)
    }
}

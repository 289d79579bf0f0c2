import Logging
import ServiceLifecycle
import UnixSignals

extension ServiceGroup {
    /// Services that run until SIGINT or SIGTERM; then they finish what is in flight. One that ends ends all.
    static func untilSignal(_ services: [any Service], logger: Logger = .diagnostics(.error)) -> ServiceGroup {
        ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map {
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: $0,
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .cancelGroup
                    )
                },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
    }
}

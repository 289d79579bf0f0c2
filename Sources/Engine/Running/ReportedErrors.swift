import Domain
package import EngineAPI
package import Salesforce
package import Store

extension SalesforceError: ReportedError {
    package var report: ClientError {
        ClientError(
            .upstream,
            message,
            providerMessage: providerMessage,
            mayPass: [.transient, .unreachable, .elsewhere].contains(kind)
        )
    }
}

extension ProductionOrg: ReportedError {
    package var report: ClientError { ClientError(.forbidden, description) }
}

extension StoreError: ReportedError {
    package var report: ClientError {
        // What can't be stored as it is passes no other time either.
        kind == .gone ? ClientError(.notFound, message) : ClientError(.storage, message, mayPass: kind != .invalid)
    }
}

extension ClientError {
    /// What a client sees of an error of a poll, a connection or a deployment.
    static func translating(_ error: any Error) -> any Error {
        switch error {
        case let error as SalesforceError: error.report
        case let error as ProductionOrg: error.report
        case is CancellationError: ClientError(.unavailable, "The poll was ended before it was done.")
        default: error
        }
    }
}

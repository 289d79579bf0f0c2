import Domain
import EngineAPI
import Salesforce

extension ClientError {
    /// What a client sees of an error from below.
    static func translating(_ error: any Error) -> any Error {
        switch error {
        case let error as SalesforceError:
            ClientError(
                .upstream,
                error.message,
                providerMessage: error.providerMessage,
                mayPass: [.transient, .unreachable, .elsewhere].contains(error.kind)
            )
        case let error as ProductionOrg: ClientError(.forbidden, error.description)
        case is CancellationError: ClientError(.unavailable, "The poll was ended before it was done.")
        default: error
        }
    }
}

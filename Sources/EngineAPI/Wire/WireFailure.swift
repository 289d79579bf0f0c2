package import Domain
import Primitives

/// Why a call failed, on its way from a node: an error of the engine, or settings that were refused.
package enum WireFailure: WireObject, Hashable {
    case client(ClientError)
    case rejected(ConfigurationRejected)

    package static var wireName: String { "Failure" }
    package static var members: [WireMember<WireFailure>] {
        [
            .init("kind", \.kind), .init("message", \.message), .init("providerMessage", \.providerMessage),
            .init("mayPass", \.mayPass), .init("found", \.found), .init("watched", \.watched),
            .init("issues", \.issues),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        if let issues = try members("issues", as: [WireIssue]?.self) {
            self = .rejected(ConfigurationRejected(issues.map(\.issue)))
            return
        }
        let kind: ClientError.Kind =
            switch try members("kind", as: Kind.self) {
            case .invalid: .invalid
            case .notFound: .notFound
            case .conflict: .conflict
            case .otherOrganization:
                .otherOrganization(found: try members("found"), watched: try members("watched"))
            case .upstream: .upstream
            case .unavailable: .unavailable
            case .storage: .storage
            case .forbidden: .forbidden
            }
        self = .client(
            ClientError(
                kind,
                try members("message"),
                providerMessage: try members("providerMessage"),
                mayPass: try members("mayPass")
            )
        )
    }

    /// As the embedded engine throws it.
    package var error: any Error {
        switch self {
        case .client(let error): error
        case .rejected(let rejected): rejected
        }
    }

    private enum Kind: String, WireWord {
        case invalid, notFound, conflict, otherOrganization, upstream, unavailable, storage, forbidden
    }

    private var clientError: ClientError {
        switch self {
        case .client(let error): error
        case .rejected(let rejected): ClientError(.invalid, rejected.description)
        }
    }

    private var kind: Kind {
        switch clientError.kind {
        case .invalid: .invalid
        case .notFound: .notFound
        case .conflict: .conflict
        case .otherOrganization: .otherOrganization
        case .upstream: .upstream
        case .unavailable: .unavailable
        case .storage: .storage
        case .forbidden: .forbidden
        }
    }

    private var message: String { clientError.message }
    private var providerMessage: String? { clientError.providerMessage }
    private var mayPass: Bool { clientError.mayPass }

    private var organizations: (found: String, watched: String)? {
        if case .otherOrganization(let found, let watched) = clientError.kind { (found, watched) } else { nil }
    }

    private var found: String? { organizations?.found }
    private var watched: String? { organizations?.watched }

    private var issues: [WireIssue]? {
        if case .rejected(let rejected) = self { rejected.issues.map { WireIssue(issue: $0) } } else { nil }
    }
}

private struct WireIssue: WireObject {
    let issue: ConfigurationIssue

    static var wireName: String { "Issue" }
    static var members: [WireMember<WireIssue>] { [.init("key", \.key), .init("message", \.message)] }

    init(issue: ConfigurationIssue) { self.issue = issue }

    init(reading members: WireReader) throws(WireFault) {
        issue = ConfigurationIssue(try members("key"), try members("message"))
    }

    private var key: ConfigurationKey { issue.key }
    private var message: String { issue.message }
}

extension ConfigurationKey: WireWord {}

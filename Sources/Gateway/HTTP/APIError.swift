import Domain
import EngineAPI
package import HTTPTypes
import Primitives

/// Why a call was refused: a status for the program and one sentence for the person.
package struct APIError: SentenceError, Sendable, Hashable {
    package let status: HTTPResponse.Status
    package let message: String
    /// What Salesforce or the callback said.
    package let providerMessage: String?
    package var headers: HTTPFields
    /// What the engine said, in full: calls of its interface pass it on.
    private(set) var failure: WireFailure?

    package init(
        _ status: HTTPResponse.Status,
        _ message: String,
        providerMessage: String? = nil,
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.message = message
        self.providerMessage = providerMessage
        self.headers = headers
    }

    package var description: String { message }

    /// The one place where errors of the layers below become statuses.
    package init(_ error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as ConfigurationRejected:
            self.init(.badRequest, error.issues.map(\.messageWithKey).joined(separator: " "))
            failure = .rejected(error)
        case let error as ClientError:
            self.init(Self.status(of: error.kind), error.message, providerMessage: error.providerMessage)
            failure = .client(error)
            switch error.kind {
            case .unavailable: headers[.retryAfter] = "5"
            case .storage: headers[.retryAfter] = "30"
            default: break
            }
        case let error as any ReportedError: self.init(error.report)
        case let refusal as ReceiverRefusal:
            self.init(Self.status(of: refusal), refusal.description)
            // What would do instead, as RFC 9110 wants it said.
            if case .encoded = refusal { headers[.acceptEncoding] = "identity" }
        case let error as JSONError: self.init(.badRequest, "The body is \(error.description).")
        case let error as BoundedBody.TooLarge:
            self.init(.contentTooLarge, "The body is longer than \(error.limit) bytes; send less at once.")
        case let error as BoundedBody.Broken: self.init(.badRequest, error.sentence, headers: [.connection: "close"])
        case is CancellationError:
            self.init(.serviceUnavailable, "Signalbox is stopping; try again soon.", headers: [.retryAfter: "5"])
        default:
            self.init(.internalServerError, "Signalbox failed to answer this call; its log says why.")
        }
    }

    private static func status(of refusal: ReceiverRefusal) -> HTTPResponse.Status {
        switch refusal {
        case .unverified: .unauthorized
        case .malformed: .unprocessableContent
        case .encoded: .unsupportedMediaType
        }
    }

    private static func status(of kind: ClientError.Kind) -> HTTPResponse.Status {
        switch kind {
        case .invalid: .badRequest
        case .notFound: .notFound
        case .conflict, .otherOrganization: .conflict
        case .upstream: .badGateway
        case .unavailable, .storage: .serviceUnavailable
        case .forbidden: .forbidden
        }
    }

    static func badRequest(_ message: String) -> APIError { APIError(.badRequest, message) }
    static func notFound(_ message: String) -> APIError { APIError(.notFound, message) }
}

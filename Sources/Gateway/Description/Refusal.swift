import Domain
import EngineAPI
import Primitives

/// Why a call may be refused, by status; the answer's `message` names the one reason.
enum Refusal: Int, Sendable, CaseIterable {
    case badRequest = 400
    case unauthorized = 401
    case forbidden = 403
    case notFound = 404
    case conflict = 409
    case contentTooLarge = 413
    case unsupportedMediaType = 415
    case tooManyRequests = 429
    case badGateway = 502
    case serviceUnavailable = 503

    static let schema = JSONSchema.object(
        [
            "requestId": .text.described("Also in Elements-Request-Id; the log names it beside a fault of ours."),
            "message": .text.described("One sentence: what is wrong, and the way out."),
        ],
        optional: [
            "providerMessage": .text.described("What Salesforce or the callback said."),
            "kind": .text.described("Of the engine's error; on \(EngineCall.base) alone, as all that follows."),
            "mayPass": .flag.described("Whether the very same may work a little later."),
            "found": .text.described("The organization that the credentials lead to."),
            "watched": .text.described("The organization that the instance watches."),
            "issues": .list(of: .object(["key": .text, "message": .text])).described("The settings that were refused."),
        ]
    ).named("Error")

    /// The refusals that a route can answer with: those of its kind, and its own.
    static func all(of route: Route) -> Set<Refusal> {
        var all = route.refusals
        if route.template != OAuthRoutes.callbackPath { all.formUnion([.badRequest, .forbidden]) }
        if route.access != .open { all.formUnion([.unauthorized, .tooManyRequests, .serviceUnavailable]) }
        if route.segments.contains(where: \.isParameter) { all.insert(.notFound) }
        if route.body != nil { all.formUnion([.contentTooLarge, .unsupportedMediaType]) }
        return all
    }

    /// Its name under `components/responses`.
    var name: String {
        switch self {
        case .badRequest: "BadRequest"
        case .unauthorized: "Unauthorized"
        case .forbidden: "Forbidden"
        case .notFound: "NotFound"
        case .conflict: "Conflict"
        case .contentTooLarge: "ContentTooLarge"
        case .unsupportedMediaType: "UnsupportedMediaType"
        case .tooManyRequests: "TooManyRequests"
        case .badGateway: "BadGateway"
        case .serviceUnavailable: "ServiceUnavailable"
        }
    }

    var summary: String {
        switch self {
        case .badRequest: "The address, a parameter or the body is wrong, or Salesforce refused what it holds."
        case .unauthorized: "The Authorization header is missing, or its secrets or its Element token are wrong."
        case .forbidden: "Beyond the token's scope, or for nobody: a foreign page or account, a production org."
        case .notFound: "What the path or the Element token names isn't there, or no longer."
        case .conflict: "Not possible as things stand now."
        case .contentTooLarge: "The body is too long; the connection closes."
        case .unsupportedMediaType: "The body is not JSON, or is compressed."
        case .tooManyRequests: "Too many wrong secrets come from this address at once."
        case .badGateway: "Salesforce or the callback could not be reached, or refused."
        case .serviceUnavailable: "The store or the engine can't serve now; try again."
        }
    }

    /// The headers that say more, by name.
    var headers: [String] {
        switch self {
        case .unauthorized: ["WWW-Authenticate"]
        case .tooManyRequests, .serviceUnavailable: ["Retry-After"]
        default: []
        }
    }
}

import Primitives

/// A refusal as the REST API words it: a status and an array of code and message.
struct ServiceError: Error, Equatable {
    var status: Int
    var code: String
    var message: String
    var fields: [String]?

    init(_ status: Int, _ code: String, _ message: String, fields: [String]? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields
    }

    /// The element of the error array.
    var json: JSON {
        var members = [JSON.Member("message", .string(message)), JSON.Member("errorCode", .string(code))]
        if let fields { members.append(JSON.Member("fields", .array(fields.map { .string($0) }))) }
        return .object(members)
    }

    /// The error inside a save result, which names its code differently.
    var saveResultJSON: JSON {
        [
            "statusCode": .string(code), "message": .string(message),
            "fields": .array((fields ?? []).map { .string($0) }),
        ]
    }

    static let notFound = ServiceError(404, "NOT_FOUND", "The requested resource does not exist")
    static let deleted = ServiceError(404, "ENTITY_IS_DELETED", "entity is deleted")
    static let session = ServiceError(401, "INVALID_SESSION_ID", "Session expired or invalid")
    static let dailyLimit = ServiceError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    static let concurrentLimit = ServiceError(
        403,
        "REQUEST_LIMIT_EXCEEDED",
        "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
    )
    static let locator = ServiceError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")

    /// A refusal of the control address.
    static func control(_ message: String) -> ServiceError { ServiceError(400, "CONTROL_ERROR", message) }

    static func methodNotAllowed(_ method: String, allowed: String) -> ServiceError {
        ServiceError(405, "METHOD_NOT_ALLOWED", "HTTP Method '\(method)' not allowed. Allowed are \(allowed)")
    }

    static func unknownType(_ name: String) -> ServiceError {
        ServiceError(
            400,
            "INVALID_TYPE",
            "sObject type '\(name)' is not supported. If you are attempting to use a custom object, be sure to append "
                + "the '__c' after the entity name. Please reference your WSDL or the describe call for the "
                + "appropriate names."
        )
    }
}

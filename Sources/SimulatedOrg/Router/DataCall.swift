import Primitives

/// One call of a data resource: a request of its own or a part of a composite one.
struct DataCall: Sendable {
    var method: String
    /// The path behind `/services/data/vXX.0`.
    var segments: [String]
    var target: OrgRequestTarget
    var headers: [String: String]
    var body: [UInt8]
    var version: String
    var user: String

    /// The body as JSON.
    func json() throws(ServiceError) -> JSON {
        do {
            return try JSON(parsing: body)
        } catch {
            let (line, column) = error.place(in: body)
            throw ServiceError(400, "JSON_PARSER_ERROR", "Unexpected character at [line:\(line), column:\(column)]")
        }
    }

    /// The members of a body that must be an object.
    func members() throws(ServiceError) -> [JSON.Member] {
        guard let members = try json().members else {
            throw ServiceError(400, "JSON_PARSER_ERROR", "The request body must be a JSON object")
        }
        return members
    }

    /// Refuses other methods than these; where GET is allowed, so is HEAD.
    func allow(_ methods: String...) throws(ServiceError) {
        guard methods.contains(method) || (method == "HEAD" && methods.contains("GET")) else {
            throw .methodNotAllowed(method, allowed: (methods + ["HEAD"]).joined(separator: ","))
        }
    }
}

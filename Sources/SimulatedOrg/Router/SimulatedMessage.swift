package import Primitives

/// A request to the org, with or without a socket in between.
package struct SimulatedRequest: Sendable {
    package var method: String
    /// The path with its query, as in the request line.
    package var target: String
    /// Headers by lower-case name.
    package var headers: [String: String]
    package var body: [UInt8]

    package init(_ method: String, _ target: String, headers: [String: String] = [:], body: [UInt8] = []) {
        self.method = method.uppercased()
        self.target = target
        self.headers = Dictionary(headers.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
        self.body = body
    }
}

/// What the org answers.
package struct SimulatedResponse: Sendable {
    /// What happens to the answer on its way.
    package enum Transport: Sendable, Equatable {
        case intact
        /// It comes so many seconds late.
        case slow(seconds: Double)
        /// The connection closes after so many bytes of the body.
        case truncated(after: Int)
        /// The connection closes before the first byte.
        case reset
    }

    package var status: Int
    package var headers: [String: String]
    package var body: [UInt8]
    package var transport = Transport.intact

    package init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The body as JSON, or nil when it is none.
    package var json: JSON? { try? JSON(parsing: body) }

    static func json(_ status: Int, _ json: JSON, headers: [String: String] = [:]) -> SimulatedResponse {
        .bytes(status, json.bytes, headers: headers)
    }

    /// An answer whose body is JSON already.
    static func bytes(_ status: Int, _ body: [UInt8], headers: [String: String] = [:]) -> SimulatedResponse {
        let type = ["Content-Type": "application/json;charset=UTF-8"]
        return SimulatedResponse(status: status, headers: type.merging(headers) { $1 }, body: body)
    }

    static func error(_ error: ServiceError) -> SimulatedResponse {
        .json(error.status, [error.json])
    }
}

package import Domain
package import Primitives

/// One HTTP request as a value, so that an org can also be asked in-process.
package struct HTTPCall: Sendable, Hashable, SecretBearing {
    package struct Header: Sendable, Hashable, SecretBearing {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var method: String
    package var url: String
    package var headers: [Header]
    package var body: [UInt8]?
    /// More than this many bytes of answer are an error; a page of rows is far below it.
    package var maximumBytes: Int
    /// The wait for the head of the answer; the rest has limits of its own (`TransferWatch`).
    package var limit: Limit

    package init(
        method: String,
        url: String,
        headers: [Header] = [],
        body: [UInt8]? = nil,
        maximumBytes: Int = 64 * 1024 * 1024,
        limit: Limit = .head
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.maximumBytes = maximumBytes
        self.limit = limit
    }
}

/// An HTTP response as a value.
package struct HTTPAnswer: Sendable, Hashable, SecretBearing {
    package var status: Int
    /// Names in lower case; repeated ones joined by a comma.
    package var headers: [String: String]
    package var body: [UInt8]

    package init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package var isSuccess: Bool { (200..<300).contains(status) }
    package var text: String { String(decoding: body, as: UTF8.self) }
}

/// Why there is no answer.
package enum HTTPFault: Error, Sendable, Hashable {
    /// Nobody is there: the name does not resolve, or no connection is accepted.
    case unreachable(String)
    /// Somebody is there, but the connection broke or the time ran out.
    case interrupted(String)
    /// Somebody is there and does not speak as expected, or the call can't be sent as it is: trying again mends nothing.
    case broken(String)
    /// Somebody is there and answered the call with what is no proper HTTP.
    case malformed(String)
    case tooLarge(limit: Int)
    /// A wait had its end.
    case exceeded(Limit)

    /// Whether the call can't have reached an org.
    var isUnsent: Bool {
        switch self {
        case .unreachable, .broken: true
        case .interrupted, .malformed, .tooLarge, .exceeded: false
        }
    }
}

/// Sends a request and returns the answer whatever its status; redirects are not followed, as they would carry the token away.
package protocol HTTPExecuting: Sendable {
    /// - Throws: `HTTPFault`, or `CancellationError`.
    func execute(_ call: HTTPCall) async throws -> HTTPAnswer
}

extension HTTPAnswer {
    /// What the server's clock said; nil where it does not say.
    package var date: Timestamp? { headers["date"].flatMap { HTTPDate.parse($0) } }

    /// The same without a byte order mark, which proxies put before the body that they make anew.
    var withoutMark: HTTPAnswer {
        HTTPAnswer(status: status, headers: headers, body: ByteOrderMark.removed(from: body))
    }

    /// How the body is encoded, where that keeps it from being read and the status does not say all that matters.
    var strangeEncoding: String? {
        guard !body.isEmpty, status != 401, status != 429, status < 500 else { return nil }
        let encodings = headers["content-encoding"]?.split(separator: ",").map { $0.lowercased().filter { $0 != " " } }
        let strange = encodings?.filter { $0 != "identity" && !$0.isEmpty } ?? []
        // Whatever stands in the header stands in a sentence then.
        return strange.isEmpty ? nil : String(strange.joined(separator: ", ").filter { $0.isASCII }.prefix(40))
    }
}

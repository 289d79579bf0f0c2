package import Domain
package import Primitives

/// The request that a replay of an event would make now, signed and not sent.
package struct SignedRequest: Sendable, Hashable {
    package let url: String
    /// Everything beside `Host` and `Content-Length`.
    package let headers: [Attempt.Header]
    package let body: [UInt8]
    /// Receivers refuse a signature that is more than 5 minutes old.
    package let signedAt: Timestamp

    package init(url: String, headers: [Attempt.Header], body: [UInt8], signedAt: Timestamp) {
        self.url = url
        self.headers = headers
        self.body = body
        self.signedAt = signedAt
    }
}

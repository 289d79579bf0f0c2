import NIOCore

@testable import Callbacks

/// Posts as the tests of the client make them, and what became of them.
enum Posts {
    static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    static let head = "HTTP/1.1 200 OK\r\n"
    /// A connection waits for as long as a busy machine needs to come to the next post.
    static let limits = {
        var limits = CallbackLimits()
        limits.idle = .hours(1)
        return limits
    }()

    /// Whoever waits for longer than these has failed; what has to time out says so.
    static func post(
        _ client: CallbackClient,
        _ url: String,
        body: String = "{}",
        milliseconds: Int64 = 300_000,
        connect: Int64 = 300_000
    ) async throws(CallbackFault) -> CallbackAnswer {
        let post = CallbackPost(
            url: url,
            headers: [("X-A", "b")],
            body: Array(body.utf8),
            connectTimeout: .milliseconds(connect)
        )
        return try await client.post(post, deadline: .now() + .milliseconds(milliseconds))
    }

    static func fault(
        _ client: CallbackClient,
        _ url: String,
        milliseconds: Int64 = 300_000,
        connect: Int64 = 300_000
    ) async -> CallbackFault? {
        do {
            _ = try await post(client, url, milliseconds: milliseconds, connect: connect)
            return nil
        } catch { return error }
    }

    static func name(_ fault: CallbackFault?) -> String {
        guard let fault else { return "no fault" }
        if case .failed(let error) = fault.cause { return "failed \(error)" }
        return "\(fault.cause)"
    }
}

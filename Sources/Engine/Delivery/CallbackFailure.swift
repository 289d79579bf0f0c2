import AsyncHTTPClient
import Domain
import NIOCore
import NIOPosix

/// Turns what the network threw into the sentence that a person reads beside the attempt.
enum CallbackFailure {
    static func sentence(_ error: any Error, timeout: Int64) -> String {
        if error is CancellationError { return "The attempt was cancelled." }
        if let error = error as? HTTPClientError { return sentence(error, timeout: timeout) }
        if let error = error as? NIOConnectionError {
            if let failure = error.connectionErrors.first { return sentence(failure.error, timeout: timeout) }
            return "The callback's host name could not be resolved; check the URL."
        }
        if let error = error as? IOError { return sentence(errno: error.errnoCode) }
        let text = String(describing: error)
        if text.lowercased().contains("ssl") || text.lowercased().contains("certificate") {
            return "TLS with the callback failed: \(text.prefix(200))"
        }
        return "The callback could not be reached: \(text.prefix(200))"
    }

    private static func sentence(_ error: HTTPClientError, timeout: Int64) -> String {
        switch error {
        case .deadlineExceeded, .readTimeout, .getConnectionFromPoolTimeout, .writeTimeout:
            "No answer within \(seconds(timeout))."
        case .connectTimeout, .tlsHandshakeTimeout: "The callback's host did not accept a connection in time."
        case .remoteConnectionClosed, .uncleanShutdown: "The callback closed the connection without an answer."
        case .invalidURL, .emptyHost, .emptyScheme: "The callback URL can't be used; check it."
        case .alreadyShutdown: "Signalbox is shutting down."
        default: "The callback could not be reached: \(String(describing: error).prefix(200))"
        }
    }

    private static func sentence(errno code: CInt) -> String {
        switch code {
        case 111: "The callback's host refused the connection; is it running?"
        case 104, 32: "The callback closed the connection without an answer."
        case 101, 113: "The callback's host can't be reached from here."
        case 110: "The callback's host did not accept a connection in time."
        default: "The connection to the callback failed (system error \(code))."
        }
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}

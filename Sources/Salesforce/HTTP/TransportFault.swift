package import AsyncHTTPClient
import Domain
package import NIOCore
import NIOHTTP1
import NIOPosix

/// Why there is no answer: the one place where what the network's libraries throw becomes a kind and a sentence, for
/// orgs, callbacks and the management API alike.
package struct TransportFault: Error, Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case badAddress, unsendable
        case unresolved, resolveTimeout, resolverSilent, refused, noRoute, connectTimeout
        case untrusted, expired, notYetValid, selfSigned, unknownAuthority, wrongHost, noTLS, tlsFailed, tlsTimeout
        case certificateWanted
        case notHTTP, headTooLarge
        case closed, closedMidway, reset, answerTimeout
        case proxyRefused
        case exhausted, stopping, cancelled, unknown
    }

    /// What is known of the other side.
    package enum Standing: Sendable, Hashable {
        /// Nobody was there.
        case unreachable
        /// Somebody is there, and the connection broke or the time ran out; it may work the next time.
        case interrupted
        /// Somebody is there and does not speak as expected: a person has to mend it.
        case broken
        /// Nothing was asked; the fault is on this side.
        case unasked
    }

    package private(set) var kind: Kind
    /// Everything that the library said; for the log.
    package let details: String
    private let isPlain: Bool

    /// The address that was asked decides what to advise.
    package init(_ error: any Error, url: String) {
        kind = Self.kind(of: error)
        details = String(reflecting: error)
        isPlain = url.lowercased().hasPrefix("http:")
    }

    /// One that another client than AsyncHTTPClient has told apart.
    package init(_ kind: Kind, details: String, url: String) {
        self.kind = kind
        self.details = details
        isPlain = url.lowercased().hasPrefix("http:")
    }

    /// The same, of a kind that was seen at a closer look.
    func seen(_ kind: Kind) -> TransportFault {
        var fault = self
        fault.kind = kind
        return fault
    }

    package var standing: Standing {
        switch kind {
        case .unresolved, .resolveTimeout, .resolverSilent, .refused, .noRoute, .connectTimeout: .unreachable
        case .closed, .closedMidway, .reset, .answerTimeout: .interrupted
        case .untrusted, .expired, .notYetValid, .selfSigned, .unknownAuthority, .wrongHost, .noTLS, .tlsFailed,
            .tlsTimeout, .certificateWanted, .notHTTP, .headTooLarge:
            .broken
        case .badAddress, .unsendable, .proxyRefused, .exhausted, .stopping, .cancelled, .unknown: .unasked
        }
    }

    /// The cause as a clause that begins with “it” or “its”, and the way out behind a semicolon where there is one.
    /// `option` names the file of an authority that is trusted here beside those of the machine.
    package func clause(connect: String, answer: String, trustedBy option: String? = nil) -> String {
        let named = option.map { ", or name its file with \($0)" } ?? ""
        return switch kind {
        case .badAddress: "its address can't be used; check it"
        case .unsendable: "its address, token or a header holds characters that can't be sent; enter it anew"
        case .unresolved: "its host name does not resolve; check the spelling and this machine's DNS"
        case .resolverSilent: "its host name can't be resolved, as nobody answers who could; check this machine's DNS"
        case .resolveTimeout: "its host name was not resolved within \(connect); check this machine's DNS"
        case .refused: "it refused the connection; check the port, and whether it is running"
        case .noRoute: "there is no way to it from this machine; check the network and the firewall"
        case .connectTimeout: "it accepted no connection within \(connect); check the address and the firewall"
        case .untrusted:
            "its certificate is not trusted: it is self-signed, expired or of an authority that this machine does not "
                + "know; renew it, or let this machine trust its authority\(named)"
        case .expired: "its certificate, or one of those that vouch for it, has expired; renew it"
        case .notYetValid:
            "its certificate, or one of those that vouch for it, is not valid yet; check the clocks of this machine and of "
                + "the one that made it"
        case .selfSigned:
            "its certificate is self-signed; let this machine trust it\(named), or get one from an authority"
        case .unknownAuthority:
            "its certificate is from an authority that this machine does not know; let this machine trust the authority\(named)"
                + ", and have the certificates in between sent with it"
        case .wrongHost: "its certificate is for another host; use the name that the certificate was made for"
        case .noTLS: "it does not speak TLS on that port; use its TLS port, or http:// where that is meant"
        case .tlsFailed: "no TLS could be agreed with it; check its certificate and the versions of TLS that it speaks"
        case .tlsTimeout: "no TLS was agreed with it within \(connect); check that this is its TLS port"
        case .certificateWanted:
            "it demands a client certificate that it trusts; give one, with its key, or have it trust the one that is given"
        case .notHTTP:
            isPlain
                ? "what it sends is not proper HTTP; check the port, and use https:// if it speaks TLS there"
                : "what it sends is not proper HTTP; check the port"
        case .headTooLarge: "it sends more headers than an answer may have; check what stands in front of it"
        case .closed: "it closed the connection without an answer"
        case .closedMidway: "it closed the connection in the middle of its answer"
        case .reset: "it reset the connection"
        case .answerTimeout: "it did not answer within \(answer)"
        case .proxyRefused:
            "the proxy on the way to it refuses to lead there; check HTTP_PROXY and HTTPS_PROXY, and the user name and password "
                + "in them"
        case .exhausted: "this machine has no connections left; close some or raise its limit of open files"
        case .stopping: "Signalbox is stopping"
        case .cancelled: "the call was stopped"
        case .unknown: "an unknown error; the log has it in full"
        }
    }

    // MARK: What the libraries throw

    private static func kind(of error: any Error) -> Kind {
        switch error {
        case is CancellationError: .cancelled
        case let error as HTTPClientError: kind(error)
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { kind(of: $0.error) } ?? .unresolved
        case is SocketAddressError.UnknownHost: .unresolved
        case is SocketAddressError: .badAddress
        case let error as IOError: kind(errno: error.errnoCode)
        case let error as HTTPParserError: kind(error)
        case let error as ChannelError: kind(error)
        default: kind(tls: String(reflecting: type(of: error)), String(describing: error))
        }
    }

    private static func kind(_ error: HTTPClientError) -> Kind {
        switch error {
        case .connectTimeout: .connectTimeout
        case .deadlineExceeded, .readTimeout, .writeTimeout: .answerTimeout
        case .tlsHandshakeTimeout: .tlsTimeout
        case .remoteConnectionClosed: .closed
        case .uncleanShutdown: .closedMidway
        case .invalidURL, .emptyHost, .emptyScheme: .badAddress
        case .proxyAuthenticationRequired, .invalidProxyResponse: .proxyRefused
        case .getConnectionFromPoolTimeout: .exhausted
        case .alreadyShutdown: .stopping
        case .cancelled, .requestStreamCancelled: .cancelled
        default:
            // These carry values, so that they can't be compared.
            switch true {
            case error.shortDescription.hasPrefix("Invalid header"): .unsendable
            case error.shortDescription.hasPrefix("Unsupported scheme"): .badAddress
            default: .unknown
            }
        }
    }

    private static func kind(_ error: HTTPParserError) -> Kind {
        switch error {
        case .headerOverflow: .headTooLarge
        case .invalidEOFState, .closedConnection: .closedMidway
        default: .notHTTP
        }
    }

    private static func kind(_ error: ChannelError) -> Kind {
        switch error {
        case .connectTimeout: .connectTimeout
        case .ioOnClosedChannel, .alreadyClosed, .inputClosed, .outputClosed, .eof: .closed
        default: .unknown
        }
    }

    /// Numbers of Linux; `CInt` in Glibc, which this module does not see.
    private static func kind(errno code: CInt) -> Kind {
        switch code {
        case 111: .refused
        case 104, 32: .reset
        case 1, 13, 99, 100, 101, 112, 113: .noRoute
        case 110: .connectTimeout
        case 11, 12, 23, 24, 105: .exhausted
        default: .unknown
        }
    }

    /// NIOSSL tells the cause in BoringSSL's words alone, which are names of constants.
    private static func kind(tls type: String, _ words: String) -> Kind {
        guard type.hasPrefix("NIOSSL.") || type.hasPrefix("NIOTLS.") else {
            return type.hasPrefix("NIOHTTP1.") ? .notHTTP : .unknown
        }
        let table: [(part: String, kind: Kind)] = [
            // What the other side says of ours.
            ("CERTIFICATE_REQUIRED", .certificateWanted), ("ALERT_UNKNOWN_CA", .certificateWanted),
            ("ALERT_BAD_CERTIFICATE", .certificateWanted), ("ALERT_CERTIFICATE_", .certificateWanted),
            ("failedToValidateHostname", .wrongHost), ("serverHostnameImpossibleToMatch", .wrongHost),
            ("CERTIFICATE_VERIFY_FAILED", .untrusted), ("unableToValidateCertificate", .untrusted),
            ("noCertificateToValidate", .untrusted), ("WRONG_VERSION_NUMBER", .noTLS), ("HTTP_REQUEST", .noTLS),
            ("HTTPS_PROXY_REQUEST", .noTLS), ("UNEXPECTED_RECORD", .noTLS), ("eofDuringHandshake", .closed),
            ("EOF during handshake", .closed), ("uncleanShutdown", .closedMidway), ("SNI", .badAddress),
        ]
        return table.first { words.contains($0.part) }?.kind ?? .tlsFailed
    }
}

extension HTTPClient.Configuration {
    /// What the clients of orgs and of the management API share: no redirects, no silent reconnects, and HTTP/1.1 alone, as AsyncHTTPClient's HTTP/2 can
    /// end the process when a stream is reset early (its issue 922).
    package static func cautious(connect: TimeAmount) -> Self {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        // A request that waits in the pool for a connection gets no longer than the connection itself.
        configuration.timeout.connect = connect
        configuration.connectionPool.idleTimeout = .milliseconds(Limit.pooledIdle.milliseconds)
        // Whoever refuses a connection is asked again by the schedule; somebody may be waiting for the answer.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return configuration
    }
}

package import NIOCore
package import NIOHTTP1

/// One POST. `Host` and `Content-Length` are added to the headers.
package struct CallbackPost: Sendable {
    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// For the name, the connection and TLS together.
    package var connectTimeout: TimeAmount
    /// It ends when the connection stands; nothing is sent, and the answer has status 0.
    package var connectsOnly = false

    package init(
        url: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8],
        connectTimeout: TimeAmount
    ) {
        self.url = url
        self.headers = headers
        self.body = body
        self.connectTimeout = connectTimeout
    }

    /// Whether nothing in the headers would end a line early (RFC 9110, 5.5 and 5.6.2).
    var hasSoundHeaders: Bool {
        headers.allSatisfy { header in
            !header.name.isEmpty && header.name.utf8.allSatisfy(Self.isToken)
                && header.value.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
        }
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }
}

/// What came back.
package struct CallbackAnswer: Sendable {
    package var status: Int
    /// All of them, in the bounds of `CallbackLimits`.
    package var headers: HTTPHeaders
    /// The first `CallbackLimits.body` bytes.
    package var body: [UInt8]
    package var phases: CallbackPhases
    /// Who answered is on this machine, or a proxy on it led there.
    package var isFromHere = false
}

/// How long each part of a post took, in whole milliseconds; nil for what did not happen or did not end.
package struct CallbackPhases: Sendable, Hashable {
    /// The host's name; nil for addresses and connections that were used again.
    package var resolve: Int?
    package var connect: Int?
    package var tls: Int?
    /// From the start of the post, not of the wait, to the first byte of the answer.
    package var firstByte: Int?
    package var total = 0
    /// The connection had been used before.
    package var isReused = false

    package init() {}
}

/// Why there is no answer.
package struct CallbackFault: Error {
    package enum Cause: Sendable {
        /// The address is none.
        case badAddress
        /// A header holds characters that would end it early.
        case unsendable
        /// The host's name has no address; what the resolver said of it.
        case unresolved(String)
        /// The time for connecting ran out while the name was being resolved.
        case resolveTimeout
        /// Whoever resolves names for this machine gave no answer.
        case resolverSilent
        /// No address of the name may be asked.
        case denied(String)
        /// The proxy on the way leads no further; which and why, as a clause.
        case proxy(String)
        case connectTimeout, tlsTimeout
        /// The deadline passed.
        case timedOut
        /// Without a byte of the answer.
        case closed
        case closedMidway
        case cancelled
        /// The client was shut down.
        case stopping
        /// What a library threw.
        case failed(any Error)
    }

    package var cause: Cause
    /// How far it came.
    package var phases: CallbackPhases
    /// What was connected to; nil where nothing was.
    package var address: SocketAddress?

    package init(_ cause: Cause, _ phases: CallbackPhases = .init(), _ address: SocketAddress? = nil) {
        self.cause = cause
        self.phases = phases
        self.address = address
    }
}

/// What is read of an answer at most.
package struct CallbackLimits: Sendable {
    package var headers = 256
    /// Bytes of a header's name and of its value.
    package var header = 80 * 1024
    /// Bytes before the head is there, interim answers among them; beyond the head that the parser accepts.
    package var beforeHead = 512 * 1024
    /// Bytes of the body that are kept.
    package var body = 16 * 1024
    /// Bytes of the body that are read so that the connection can be used again; beyond them it is closed.
    package var drainedBody = 256 * 1024
    /// How long a connection waits for the next post.
    package var idle = TimeAmount.seconds(30)
    /// Connections that wait, for one scheme, host and port, and for all.
    package var idleForOne = 64
    package var idleForAll = 1024

    package init() {}
}

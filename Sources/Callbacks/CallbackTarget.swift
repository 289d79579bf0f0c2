import Foundation
import Glibc
import NIOCore

/// Where a post goes: an address taken apart. Scheme, host and port name the connections that may be used again for it.
struct CallbackTarget: Sendable, Hashable {
    struct Origin: Sendable, Hashable {
        var isSecure: Bool
        /// In lower case, an IPv6 address without its brackets.
        var host: String
        var port: Int

        /// The name to ask TLS for and to check its certificate by; addresses have none (RFC 6066, 3), and their
        /// certificates are checked by the address.
        var tlsName: String? {
            guard !host.contains(":"), (try? SocketAddress(ipAddress: host, port: port)) == nil else { return nil }
            return host.hasSuffix(".") ? String(host.dropLast()) : host
        }

        /// The address that the host is, however it is spelled: `2852039166`, `0xa9.254.43518`, with escapes, a final dot or a
        /// zone. A proxy may read it as the system here does. Nil for a name.
        var address: SocketAddress? {
            var text = host.contains(":") ? String(host.prefix { $0 != "%" }) : host.removingPercentEncoding ?? host
            if text.hasSuffix(".") { text.removeLast() }
            return try? NameLookups.system(text, port, flags: AI_NUMERICHOST).first
        }
    }

    var origin: Origin
    /// Path and query, as they stand in the first line of the request.
    var path: String
    /// The value of `Host`: with the port where the scheme does not imply it.
    var hostHeader: String

    /// Nil where the address can't be used.
    init?(_ address: String) {
        // Names beyond ASCII have an own spelling on the wire, which Foundation knows.
        let isPlain = address.utf8.allSatisfy { $0 < 0x80 }
        guard let text = isPlain ? address : URL(string: address)?.absoluteString else { return nil }
        guard let separator = text.firstRange(of: "://") else { return nil }
        let isSecure: Bool
        switch text[..<separator.lowerBound].lowercased() {
        case "http": isSecure = false
        case "https": isSecure = true
        default: return nil
        }
        let rest = text[separator.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        guard let (host, port) = Self.hostAndPort(rest[..<end]) else { return nil }
        let usual = isSecure ? 443 : 80
        origin = Origin(isSecure: isSecure, host: host, port: port ?? usual)
        // The zone of a link-local address means something on this machine alone (RFC 6874, 4).
        let name = host.contains(":") ? "[\(host.prefix { $0 != "%" })]" : host
        hostHeader = origin.port == usual ? name : "\(name):\(origin.port)"
        path = Self.path(rest[end...])
    }

    private static func hostAndPort(_ authority: Substring) -> (host: String, port: Int?)? {
        guard !authority.contains("@") else { return nil }
        var host = authority
        var digits: Substring?
        if host.first == "[" {
            guard let bracket = host.firstIndex(of: "]") else { return nil }
            let tail = host[host.index(after: bracket)...]
            if !tail.isEmpty {
                guard tail.first == ":" else { return nil }
                digits = tail.dropFirst()
            }
            host = host[host.index(after: host.startIndex)..<bracket]
            guard host.contains(":") else { return nil }
        } else if let colon = host.firstIndex(of: ":") {
            digits = host[host.index(after: colon)...]
            host = host[..<colon]
        }
        // What stands in `Host` is nothing but a host.
        let isSound = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3C && $0 != 0x3E }
        guard !host.isEmpty, isSound else { return nil }
        guard let digits else { return (host.lowercased(), nil) }
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits),
            (1...65_535).contains(port)
        else { return nil }
        return (host.lowercased(), port)
    }

    /// Without the fragment, which stays on this side; characters that an address may not have are escaped.
    private static func path(_ rest: Substring) -> String {
        let sent = rest.prefix { $0 != "#" }
        guard !sent.isEmpty else { return "/" }
        let path = sent.first == "?" ? "/" + sent : String(sent)
        guard !path.utf8.allSatisfy(isAllowed) else { return path }
        var escaped = ""
        for byte in path.utf8 {
            if isAllowed(byte) {
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                escaped += byte < 16 ? "%0" : "%"
                escaped += String(byte, radix: 16, uppercase: true)
            }
        }
        return escaped
    }

    /// RFC 3986: unreserved, reserved, and the sign of an escape.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x2F, 0x3A, 0x3B, 0x3D, 0x3F, 0x40, 0x5B, 0x5D, 0x5F, 0x7E: true
        default: false
        }
    }
}

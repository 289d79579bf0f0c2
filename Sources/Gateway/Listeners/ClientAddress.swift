import Glibc
import NIOCore

/// What a client counts under where there are limits for each.
enum ClientAddress {
    /// Of IPv6 the network, as one machine may have all of its addresses. Nil for a socket in the file system.
    static func key(_ address: SocketAddress?) -> String? {
        guard let address, let text = address.ipAddress else { return nil }
        guard case .v6 = address else { return text }
        var bytes = [UInt8](repeating: 0, count: 16)
        guard unsafe inet_pton(AF_INET6, text, &bytes) == 1 else { return text }
        // One of IPv4 that came in by a socket of IPv6 is itself.
        if bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) {
            return bytes.suffix(4).map { String($0) }.joined(separator: ".")
        }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// The same, but nil for this machine: behind a proxy here, all clients have its address.
    static func foreignKey(_ address: SocketAddress?) -> String? {
        guard let address, let text = address.ipAddress, text != "::1", let key = key(address) else { return nil }
        return key.hasPrefix("127.") ? nil : key
    }
}

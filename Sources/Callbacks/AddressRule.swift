import Glibc
package import NIOCore

/// Which addresses callbacks may have. Link-local ones and those where clouds tell machines their secrets are always
/// denied; networks can be denied beside them. Asked with each address that a connection is to be made to, so that a name
/// that resolves to something else the next time is caught, too.
///
/// ```swift
/// let rule = try AddressRule(denying: "10.0.0.0/8,fd00::/8")
/// rule.refusal(of: try SocketAddress(ipAddress: "10.1.2.3", port: 443))  // "10.1.2.3 is in 10.0.0.0/8, which …"
/// ```
package struct AddressRule: Sendable, Hashable {
    package struct Network: Sendable, Hashable, CustomStringConvertible {
        /// 16 bytes; IPv4 as it stands in IPv6 (`::ffff:0:0/96`, RFC 4291, 2.5.5.2).
        fileprivate let bytes: [UInt8]
        fileprivate let bits: Int
        package let description: String

        /// `10.0.0.0/8`, `fd00::/8`, or one address. Nil for what is no network, and for bits beyond its length.
        package init?(_ text: some StringProtocol) {
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = parts.first, let address = try? SocketAddress(ipAddress: String(first), port: 0),
                let bytes = AddressRule.bytes(of: address)
            else { return nil }
            let offset = address.protocol == .inet ? 96 : 0
            var bits = 128
            if parts.count == 2 {
                guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]),
                    length <= 128 - offset
                else { return nil }
                bits = offset + length
            }
            let isNetwork = (bits..<128).allSatisfy { bytes[$0 / 8] & (0x80 >> UInt8($0 % 8)) == 0 }
            guard isNetwork else { return nil }
            self.bytes = bytes
            self.bits = bits
            description = String(text)
        }

        func contains(_ address: SocketAddress) -> Bool { AddressRule.bytes(of: address).map { contains($0) } ?? false }

        fileprivate func contains(_ address: [UInt8]) -> Bool {
            let whole = bits / 8
            guard address.prefix(whole).elementsEqual(bytes.prefix(whole)) else { return false }
            let rest = bits % 8
            return rest == 0 || (address[whole] ^ bytes[whole]) >> UInt8(8 - rest) == 0
        }
    }

    package struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        package let part: String
        package var description: String {
            "“\(part)” is no network; write it like 10.0.0.0/8 or fd00::/8, with zeros behind its length"
        }
    }

    /// Link-local (RFC 3927, RFC 4291), with the metadata services of most clouds in it, and those of AWS by IPv6, of
    /// Alibaba Cloud and of Oracle's first machines beside it.
    private static let always = ["169.254.0.0/16", "fe80::/10", "fd00:ec2::254", "100.100.100.200", "192.0.0.192"]
        .compactMap { Network($0) }

    package var denied: [Network]

    package init(denied: [Network] = []) { self.denied = denied }

    /// Networks between commas, blanks around them.
    package init(denying text: String) throws(Malformed) {
        var denied: [Network] = []
        for part in text.split(separator: ",") {
            var part = part
            while part.first == " " { part.removeFirst() }
            while part.last == " " { part.removeLast() }
            guard let network = Network(part) else { throw Malformed(part: String(part)) }
            denied.append(network)
        }
        self.denied = denied
    }

    /// Why nothing is posted to what a URL names by its address, as a clause; nil for names, which may lead anywhere.
    package func refusal(ofAddressIn url: String) -> String? {
        CallbackTarget(url)?.origin.address.flatMap { refusal(of: $0) }
    }

    /// Why callbacks may not be posted there, as a clause; nil where they may.
    package func refusal(of address: SocketAddress) -> String? {
        guard let bytes = Self.bytes(of: address) else { return "it has no IP address" }
        // Both as it is written and what it stands for.
        let forms = [bytes, Self.meant(bytes)]
        let name = address.ipAddress ?? "an address"
        if Self.always.contains(where: { forms.contains(where: $0.contains) }) {
            return "\(name) is a link-local or metadata address, which callbacks may never have"
        }
        if let network = denied.first(where: { forms.contains(where: $0.contains) }) {
            return "\(name) is in \(network), which --callback-deny keeps callbacks from"
        }
        return nil
    }

    /// The IPv4 address that a translator (RFC 6052) would ask, and loopback for “any”, as Linux connects.
    private static func meant(_ bytes: [UInt8]) -> [UInt8] {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        if bytes.starts(with: [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) { return mapped + bytes.suffix(4) }
        if bytes == mapped + [0, 0, 0, 0] { return mapped + [127, 0, 0, 1] }
        if bytes.allSatisfy({ $0 == 0 }) { return Array(repeating: 0, count: 15) + [1] }
        return bytes
    }

    private static func bytes(of address: SocketAddress) -> [UInt8]? {
        guard let text = address.ipAddress else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        switch address.protocol {
        case .inet:
            var four = [UInt8](repeating: 0, count: 4)
            guard unsafe inet_pton(AF_INET, text, &four) == 1 else { return nil }
            bytes = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] + four
        case .inet6:
            guard unsafe inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
        default: return nil
        }
        return bytes
    }
}

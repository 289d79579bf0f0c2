import Primitives

/// What can be said of an http or https address without asking the network.
package enum HTTPAddress {
    /// The end of a sentence that begins with the field's name; nil if the address is fine.
    package static func fault(in text: String) -> String? {
        guard text.utf8.count <= 2048 else { return "is longer than 2048 characters" }
        guard !text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F }) else {
            return "must not contain spaces or control characters"
        }
        // They don't show, or turn what follows around: the address that is read isn't the one that is used.
        guard !text.unicodeScalars.contains(where: isHidden) else {
            return "contains a character that doesn't show; type it anew instead of pasting it"
        }
        let lower = text.lowercased()
        guard lower.hasPrefix("http://") || lower.hasPrefix("https://") else {
            return "must begin with http:// or https://"
        }
        guard let authority = authority(of: text), !authority.isEmpty else { return "names no host" }
        guard !authority.contains("@") else { return credentials }
        var host = Substring(authority)
        if host.first == "[" {
            guard let end = host.firstIndex(of: "]") else { return "has an IPv6 host without its closing bracket" }
            let rest = host[host.index(after: end)...]
            host = host[...end]
            if !rest.isEmpty { if let fault = portFault(rest) { return fault } }
        } else if let colon = host.firstIndex(of: ":") {
            if let fault = portFault(host[colon...]) { return fault }
            host = host[..<colon]
        }
        guard !host.isEmpty else { return "names no host" }
        let allowed = host.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || "-._[]:%".unicodeScalars.contains($0)
        }
        guard allowed, !host.hasPrefix("."), !host.contains("..") else { return "has a host name that can't exist" }
        return nil
    }

    private static let credentials = "must not carry a user name or password"

    /// The same of an org's address, which is a host alone: the paths of its API are put behind it.
    package static func hostFault(in text: String) -> String? {
        if let fault = fault(in: text) { return fault }
        guard let authority = authority(of: text), !text.hasSuffix("://\(authority)") else { return nil }
        return "has a part behind the host; leave it out"
    }

    /// The same of a callback's address, with the way out for credentials.
    package static func callbackFault(in text: String) -> String? {
        guard let fault = fault(in: text) else { return partFault(text) }
        return fault == credentials
            ? "\(fault); set \(ConfigurationKey.callbackHeaders.named) to {\"Authorization\": \"Basic …\"}"
            : fault
    }

    /// What stands behind the host is sent as it is, less what is behind `#`.
    private static func partFault(_ text: String) -> String? {
        guard !text.contains("#") else { return "has a part behind #, which is never sent; leave it out" }
        let start = text.firstRange(of: "://").map(\.upperBound) ?? text.startIndex
        let bytes = Array(text[start...].drop { $0 != "/" && $0 != "?" }.utf8)
        func isDigit(_ index: Int) -> Bool {
            guard index < bytes.count else { return false }
            return switch bytes[index] {
            case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
            default: false
            }
        }
        let isSound = bytes.indices.allSatisfy { bytes[$0] != 0x25 || isDigit($0 + 1) && isDigit($0 + 2) }
        return isSound ? nil : "has a % without two hexadecimal digits behind it; the sign itself is written %25"
    }

    /// Host and port, as they stand in the address.
    package static func authority(of text: String) -> String? {
        guard let range = text.firstRange(of: "://") else { return nil }
        let rest = text[range.upperBound...]
        return String(rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }

    /// The address with scheme and host in lower case, which mean the same in any; the path is left as it is.
    package static func withLowercasedHost(_ text: String) -> String {
        guard let authority = authority(of: text), let range = text.firstRange(of: "://\(authority)") else {
            return text
        }
        return text[..<range.upperBound].lowercased() + text[range.upperBound...]
    }

    /// Scheme, host and port, in lower case and with the port that the scheme implies.
    package static func origin(of text: String) -> String? {
        guard let scheme = text.firstRange(of: "://").map({ text[..<$0.lowerBound].lowercased() }),
            let authority = authority(of: text)?.lowercased()
        else { return nil }
        let hasPort = authority.last != "]" && authority.split(separator: "]").last?.contains(":") == true
        return "\(scheme)://\(authority)" + (hasPort ? "" : scheme == "https" ? ":443" : ":80")
    }

    /// Whether the host is this machine.
    package static func isLoopback(_ text: String) -> Bool {
        guard let authority = authority(of: text)?.lowercased(), !authority.contains("@") else { return false }
        if authority.first == "[" { return authority.prefix { $0 != "]" } == "[::1" }
        let host = authority.prefix { $0 != ":" }
        if host == "localhost" { return true }
        // A name that only begins so leads anywhere.
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.first == "127" && numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil }
    }

    /// Whether the host is an address, which needs no look-up of its name.
    package static func hasNumericHost(_ text: String) -> Bool {
        guard let authority = authority(of: text) else { return false }
        if authority.first == "[" { return true }
        let numbers = authority.prefix { $0 != ":" }.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil }
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.isASCII && (scalar.isInvisible || scalar.properties.generalCategory == .spaceSeparator)
    }

    private static func portFault(_ part: Substring) -> String? {
        guard part.first == ":", let port = Int(part.dropFirst()), (1...65_535).contains(port) else {
            return "has a port that is not a number from 1 to 65535"
        }
        return nil
    }
}

/// Where a listener waits: `127.0.0.1:8180`, `[::1]:8180`, `localhost:0`.
struct HostPort: Sendable, Hashable, CustomStringConvertible {
    /// Without the brackets of IPv6.
    let host: String
    /// 0 takes any free port.
    let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Why a text is not an address: the end of a sentence that begins with the setting's name.
    struct Fault: Error, Hashable {
        let reason: String
    }

    init(parsing text: String) throws(Fault) {
        let host: Substring
        let port: Substring
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]"), text[text.index(after: end)...].first == ":" else {
                throw Fault(reason: "takes an IPv6 address as [::1]:8180")
            }
            host = text[text.index(after: text.startIndex)..<end]
            port = text[text.index(after: end)...].dropFirst()
        } else {
            guard let colon = text.lastIndex(of: ":") else {
                throw Fault(reason: "takes HOST:PORT, like 127.0.0.1:8180")
            }
            host = text[..<colon]
            port = text[text.index(after: colon)...]
            if host.contains(":") { throw Fault(reason: "takes an IPv6 address in brackets, like [::1]:8180") }
        }
        guard !host.isEmpty, host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-_:%".contains($0)) })
        else { throw Fault(reason: "names no host; write HOST:PORT, like 127.0.0.1:8180") }
        guard let number = Int(port), (0...65_535).contains(number), port.allSatisfy(\.isNumber) else {
            throw Fault(reason: "has a port that is not a number from 0 to 65535")
        }
        self.host = String(host)
        self.port = number
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The address that a client on this machine connects to; a wildcard is reached through the loopback.
    var url: String { url(isSecure: false) }

    /// The same, by https where the listener has TLS.
    func url(isSecure: Bool) -> String {
        let scheme = isSecure ? "https" : "http"
        return switch host {
        case "0.0.0.0": "\(scheme)://127.0.0.1:\(port)"
        case "::": "\(scheme)://[::1]:\(port)"
        default: "\(scheme)://\(description)"
        }
    }
}

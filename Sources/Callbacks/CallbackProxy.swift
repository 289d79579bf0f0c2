import Foundation
import NIOCore

/// A proxy of HTTP on the way to a callback. What it is asked with is shown to nobody.
package struct CallbackProxy: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// An IPv6 address stands without brackets.
    package let host: String
    package let port: Int
    /// The value of `Proxy-Authorization`.
    package let authorization: String?
    /// User name and password, where the address has them.
    package let user: String?
    package let password: String?

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [(label: String?, value: Any)]()) }
}

/// Which proxy leads where, as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say. Loopback is always asked without one.
///
/// ```swift
/// let rule = try ProxyRule(["HTTPS_PROXY": "http://proxy.acme.example:3128", "NO_PROXY": ".acme.example,10.0.0.0/8"])
/// rule.proxy(for: "https://hooks.example/x")  // proxy.acme.example:3128
/// rule.proxy(for: "https://crm.acme.example/")  // nil
/// ```
package struct ProxyRule: Sendable, Hashable {
    private enum Exception: Sendable, Hashable {
        case all
        /// A host and all below it; only at that port where one is named.
        case domain(String, port: Int?)
        case network(AddressRule.Network)
    }

    private var plain: CallbackProxy?
    private var secure: CallbackProxy?
    private var exceptions: [Exception] = []

    /// A variable that says nothing that can be followed. Its value may hold a password.
    package struct Malformed: Error, Sendable, Hashable {
        package let variable: String
        package let reason: String
    }

    package init() {}

    /// Names in small letters go before the others, as programs that know both have it.
    package init(_ environment: [String: String]) throws(Malformed) {
        func value(_ name: String) -> (name: String, text: String)? {
            for name in [name.lowercased(), name] {
                if let text = environment[name].map(Self.trimmed), !text.isEmpty { return (name, text) }
            }
            return nil
        }
        if let given = value("HTTP_PROXY") { plain = try Self.proxy(given.text, given.name) }
        if let given = value("HTTPS_PROXY") { secure = try Self.proxy(given.text, given.name) }
        for part in (value("NO_PROXY")?.text ?? "").split(whereSeparator: { $0 == "," || $0 == " " }) {
            exceptions.append(Self.exception(String(part)))
        }
    }

    package var isEmpty: Bool { plain == nil && secure == nil }

    /// Every proxy that something may go by.
    package var all: Set<CallbackProxy> { Set([plain, secure].compactMap { $0 }) }

    /// Nil: it is asked directly.
    package func proxy(for url: String) -> CallbackProxy? {
        guard !isEmpty, let origin = CallbackTarget(url)?.origin else { return nil }
        return proxy(for: origin)
    }

    func proxy(for origin: CallbackTarget.Origin) -> CallbackProxy? {
        guard let proxy = origin.isSecure ? secure : plain else { return nil }
        let host = origin.host.hasSuffix(".") ? String(origin.host.dropLast()) : origin.host
        if host == "localhost" || host.hasSuffix(".localhost") { return nil }
        let address = origin.address
        if let address, Self.loopback.contains(where: { $0.contains(address) }) { return nil }
        let isException = exceptions.contains { exception in
            switch exception {
            case .all: true
            case .domain(let name, let port):
                (host == name || host.hasSuffix("." + name)) && (port == nil || port == origin.port)
            case .network(let network): address.map(network.contains) ?? false
            }
        }
        return isException ? nil : proxy
    }

    /// With “any”, which Linux connects to loopback.
    private static let loopback = ["127.0.0.0/8", "::1", "0.0.0.0", "::"].compactMap { AddressRule.Network($0) }

    private static func exception(_ text: String) -> Exception {
        if text == "*" { return .all }
        if let network = AddressRule.Network(text) { return .network(network) }
        var name = text.lowercased()
        if name.hasPrefix("*.") { name.removeFirst(2) }
        if name.hasPrefix(".") { name.removeFirst() }
        guard let colon = name.lastIndex(of: ":"), let port = Int(name[name.index(after: colon)...]) else {
            return .domain(name, port: nil)
        }
        return .domain(String(name[..<colon]), port: port)
    }

    private static func proxy(_ text: String, _ variable: String) throws(Malformed) -> CallbackProxy {
        func malformed(_ reason: String) -> Malformed { Malformed(variable: variable, reason: reason) }
        var rest = text[...]
        if let separator = rest.firstRange(of: "://") {
            guard rest[..<separator.lowerBound].lowercased() == "http" else {
                throw malformed("names a proxy that is not asked by plain HTTP; write http://HOST:PORT")
            }
            rest = rest[separator.upperBound...]
        }
        rest = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        var user: String?
        var password: String?
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = parts.first?.removingPercentEncoding
            password = parts.count == 2 ? parts[1].removingPercentEncoding : ""
            guard let user, !user.contains(":"), let password, !user.isEmpty,
                (user + password).utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else { throw malformed("has a user name or password that can't be used; escape signs in it as %XX") }
            rest = rest[rest.index(after: at)...]
        }
        // Whatever follows, it is a host and perhaps a port.
        guard let target = CallbackTarget("http://\(rest)") else {
            throw malformed("names no host and port; write http://HOST:PORT")
        }
        let authorization = user.map { "Basic " + Data("\($0):\(password ?? "")".utf8).base64EncodedString() }
        return CallbackProxy(
            host: target.origin.host,
            port: target.origin.port,
            authorization: authorization,
            user: user,
            password: password
        )
    }

    private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
}

#if PostgreSQL
import CPostgres
import Domain

/// Where a database is, as libpq reads it: `postgres://user@host,other/name?sslmode=verify-full`. It may hold a password, so
/// that it is never printed; `location` is what a person may read.
package struct PostgresAddress: Sendable, Hashable, SecretBearing {
    /// As it was given.
    let text: Secret
    /// Host, port and database, without user and password.
    package let location: String

    /// Whether a store of this name is one of PostgreSQL's, and not a directory.
    package static func isOne(_ text: String) -> Bool {
        text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
    }

    /// The parameter that libpq does not know in an address which it reads without that; nil where something else is wrong.
    package static func unknownParameter(in text: String) -> String? {
        guard let mark = text.firstIndex(of: "?") else { return nil }
        let parameters = text[text.index(after: mark)...].split(separator: "&")
        for number in parameters.indices {
            var others = parameters
            let name = others.remove(at: number).prefix { $0 != "=" }
            // Else it may be a part of a password.
            guard name.allSatisfy({ $0.isLetter || $0 == "_" }) else { return nil }
            let rest = others.isEmpty ? "" : "?" + others.joined(separator: "&")
            if PostgresAddress(String(text[..<mark]) + rest) != nil { return String(name.prefix(60)) }
        }
        return nil
    }

    /// Nil where libpq can't read it, or it names no database.
    package init?(_ text: String) {
        guard Self.isOne(text), let options = unsafe PQconninfoParse(text, nil) else { return nil }
        defer { unsafe PQconninfoFree(options) }
        var found: [String: String] = [:]
        var option = unsafe options
        while let name = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe found[String(cString: name)] = unsafe String(cString: value)
            }
            unsafe option += 1
        }
        guard let database = found["dbname"], !database.isEmpty else { return nil }
        let hosts = (found["host"] ?? found["hostaddr"] ?? "").split(
            separator: ",",
            omittingEmptySubsequences: false
        )
        let ports = (found["port"] ?? "").split(separator: ",", omittingEmptySubsequences: false)
        let all = hosts.enumerated().map { number, host in
            let host = host.isEmpty ? "the local socket" : String(host)
            let port = ports.indices.contains(number) ? ports[number] : ports.first ?? ""
            return port.isEmpty ? host : host + ":" + port
        }
        self.text = Secret(text)
        location = (all.isEmpty ? "the local socket" : all.joined(separator: ",")) + "/" + database
    }
}
#endif

import Glibc

/// The machine's own name.
enum HostName {
    static let current: String = {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()
}

extension HostPort {
    /// As other machines may reach it: what listens on every address is asked by the machine's name.
    var reachable: HostPort {
        ["0.0.0.0", "::", "*"].contains(host) ? HostPort(host: HostName.current, port: port) : self
    }
}

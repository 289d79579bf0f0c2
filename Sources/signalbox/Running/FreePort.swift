import Glibc

extension Settings {
    /// The same with a free port for a receiver that asked for any: orgs are told the address before it is bound.
    func withPorts() throws(CommandFailure) -> Settings {
        guard receiver.port == 0 else { return self }
        var copy = self
        copy.receiver = HostPort(host: receiver.host, port: try FreePort.find())
        return copy
    }
}

/// Ports that nothing listens on.
enum FreePort {
    /// Below those that the system gives to connections: between here and its use, no client can be given such a port.
    private static let range: Range<UInt16> = 20_000..<32_768
    private static let tries = 64

    /// A port that was free on the loopback a moment ago.
    static func find() throws(CommandFailure) -> Int {
        for _ in 0..<tries {
            if let port = try bound(to: UInt16.random(in: range)) { return port }
        }
        // Nearly all of them are in use: whatever the system has.
        guard let port = try bound(to: 0) else {
            throw CommandFailure("No free port was found; give one with --receiver HOST:PORT.")
        }
        return port
    }

    /// The port, if nothing has it; 0 asks for any.
    private static func bound(to port: UInt16) throws(CommandFailure) -> Int? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw CommandFailure("No socket can be opened; raise the limit (ulimit -n).") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        return isBound ? Int(UInt16(bigEndian: address.sin_port)) : nil
    }
}

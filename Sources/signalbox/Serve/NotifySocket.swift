import Glibc

/// The datagram socket of a service manager, as `sd_notify(3)` describes it.
struct NotifySocket: Sendable, Hashable {
    /// A path, or a name that begins with a NUL for what stood there as `@`: Linux keeps those outside of the file system.
    private let name: [UInt8]

    /// `NOTIFY_SOCKET`; throws a sentence where that can't be a socket.
    init(_ text: String) throws(NotifyFault) {
        let bytes = Array(text.utf8)
        guard bytes.first == UInt8(ascii: "/") || bytes.first == UInt8(ascii: "@"), bytes.count > 1 else {
            throw NotifyFault(
                "NOTIFY_SOCKET is neither an absolute path nor a name that begins with @; the service manager is not notified."
            )
        }
        // A path needs its end as well.
        guard bytes.count <= Self.longestName - (bytes.first == UInt8(ascii: "/") ? 1 : 0), !bytes.contains(0) else {
            throw NotifyFault("NOTIFY_SOCKET is not a valid socket name; the service manager is not notified.")
        }
        name = bytes.first == UInt8(ascii: "@") ? [0] + bytes.dropFirst() : bytes
    }

    /// The one that a service manager named, if any.
    static func given(_ environment: [String: String]) throws(NotifyFault) -> NotifySocket? {
        guard let name = environment["NOTIFY_SOCKET"], !name.isEmpty else { return nil }
        return try NotifySocket(name)
    }

    private static let longestName = MemoryLayout.size(ofValue: sockaddr_un().sun_path)

    /// Sends one message; never waits, as nothing may hang here.
    func send(_ message: String) throws(NotifyFault) {
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw NotifyFault.failure(errno) }
        defer { _ = close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in unsafe path.copyBytes(from: name) }
        let isPath = name.first != 0
        let length = MemoryLayout<sa_family_t>.size + name.count + (isPath ? 1 : 0)
        let bytes = Array(message.utf8)
        let sent = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe sendto(
                    descriptor,
                    bytes,
                    bytes.count,
                    CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT),
                    pointer,
                    socklen_t(length)
                )
            }
        }
        guard sent == bytes.count else { throw NotifyFault.failure(errno) }
    }
}

/// Why a service manager is not told; one sentence.
struct NotifyFault: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    static func failure(_ code: CInt) -> NotifyFault {
        NotifyFault("The service manager could not be notified through NOTIFY_SOCKET (system error \(code)).")
    }
}

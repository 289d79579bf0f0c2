import Glibc

/// A datagram socket of the machine, as a service manager has one; messages are queued until they are read.
package final class DatagramInbox: Sendable {
    private let descriptor: CInt

    /// A path, or a name that begins with `@` and is not in the file system.
    package init?(_ name: String) {
        descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let isAbstract = name.hasPrefix("@")
        let bytes = isAbstract ? [0] + Array(name.utf8.dropFirst()) : Array(name.utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let length = MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1)
        let result = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, socklen_t(length))
            }
        }
        if descriptor < 0 || result != 0 { return nil }
    }

    deinit { _ = close(descriptor) }

    /// The next message, if one has come.
    package func next() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    /// Everything that has come.
    package func all() -> [String] {
        var found: [String] = []
        while let message = next() { found.append(message) }
        return found
    }
}

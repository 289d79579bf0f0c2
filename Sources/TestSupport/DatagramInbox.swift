import Foundation
import Glibc
import Primitives

/// A datagram socket of the machine, as a service manager has one. A thread of its own reads it, as the socket itself holds
/// few messages and whoever sends more loses them.
package final class DatagramInbox: Sendable {
    private let queue = Queue()

    /// What has come and was not asked for yet.
    private final class Queue: Sendable {
        let messages = Locked<(waiting: [String], isOver: Bool)>(([], false))
    }

    /// A path, or a name that begins with `@` and is not in the file system.
    package init?(_ name: String) {
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
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
        guard descriptor >= 0, result == 0 else { return nil }
        Thread.detachNewThread { [queue] in
            Self.read(descriptor, into: queue)
            _ = close(descriptor)
        }
    }

    deinit { queue.messages.withLock { $0.isOver = true } }

    /// Until nobody can ask any more.
    private static func read(_ descriptor: CInt, into queue: Queue) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !queue.messages.withLock({ $0.isOver }) {
            var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&event, 1, 50) > 0 else { continue }
            let count = unsafe recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
            guard count >= 0 else { continue }
            queue.messages.withLock { $0.waiting.append(String(decoding: buffer.prefix(count), as: UTF8.self)) }
        }
    }

    /// The next message, if one has come.
    package func next() -> String? {
        queue.messages.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
    }

    /// Everything that has come.
    package func all() -> [String] {
        var found: [String] = []
        while let message = next() { found.append(message) }
        return found
    }
}

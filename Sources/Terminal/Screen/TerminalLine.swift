import CTerminal
import Drawing
import Glibc

/// The terminal's file: what we tell it past ncurses, and its size.
struct TerminalLine {
    let descriptor: Int32

    static let standard = TerminalLine(descriptor: STDOUT_FILENO)

    /// Sends bytes at once; ncurses has sent its own before, because it flushes at the end of each update.
    @discardableResult
    func write(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            guard let address = bytes.baseAddress else { return true }
            return unsafe cterminal_write(descriptor, address, bytes.count)
        }
    }

    /// Whether the terminal takes more now.
    var isWritable: Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&watched, 1, 0) > 0
    }

    /// Bytes that wait to be read.
    var waiting: Int { Int(cterminal_waiting(descriptor)) }

    /// Takes up to `count` bytes of what waits or comes within `milliseconds`.
    func read(_ count: Int, milliseconds: Int32 = 0) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            guard let address = buffer.baseAddress else { return }
            filled = unsafe cterminal_read(descriptor, address, buffer.count, milliseconds)
        }
    }

    /// The size that the terminal tells; nil if it tells none.
    var size: Size? {
        var rows: Int32 = 0
        var columns: Int32 = 0
        guard unsafe cterminal_size(descriptor, &rows, &columns), rows > 0, columns > 0 else { return nil }
        return Size(width: Int(columns), height: Int(rows))
    }
}

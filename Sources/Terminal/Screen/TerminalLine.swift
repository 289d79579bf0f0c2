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

    /// The size that the terminal tells; nil if it tells none.
    var size: Size? {
        var rows: Int32 = 0
        var columns: Int32 = 0
        guard unsafe cterminal_size(descriptor, &rows, &columns), rows > 0, columns > 0 else { return nil }
        return Size(width: Int(columns), height: Int(rows))
    }
}

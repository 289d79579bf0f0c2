import CTerminal
import Foundation
import Glibc
import Primitives
import TestSupport
import Testing

/// A terminal whose other side the test holds: it reads what is drawn and types by a script.
final class PseudoTerminal: Sendable {
    /// What to type once the screen has shown `after`.
    struct Step: Sendable {
        let after: String
        let type: String
        var size: (width: UInt16, height: UInt16)?
        var hangUp = false
    }

    let path: String
    private let master: Int32
    private let state = Locked(State())

    private struct State {
        var output: [UInt8] = []
        var isOver = false
        var isClosed = false
    }

    enum Failure: Error { case cannotOpen }

    // Without `reads`, what is written stays where it is, as on a line that hangs.
    init(width: UInt16 = 80, height: UInt16 = 24, reads: Bool = true, script: [Step] = []) throws {
        var name = [CChar](repeating: 0, count: 128)
        master = unsafe cterminal_pseudoterminal(&name, name.count)
        guard master >= 0 else { throw Failure.cannotOpen }
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        resize(width, height)
        guard reads else { return }
        let thread = Thread { self.serve(script) }
        thread.start()
    }

    /// All that was written so far; call `finish` first for the end.
    var output: String { state.withLock { String(decoding: $0.output, as: UTF8.self) } }

    /// Waits until everything that was written has been read.
    func finish() -> String {
        state.withLock { $0.isOver = true }
        if !threadWaits(until: { state.withLock { $0.isClosed } }) { Issue.record("the terminal's reader hangs") }
        return output
    }

    /// Whether the line echoes and edits, as a shell wants it.
    var isCooked: Bool {
        var line = termios()
        guard unsafe tcgetattr(master, &line) == 0 else { return false }
        return line.c_lflag & tcflag_t(ICANON) != 0 && line.c_lflag & tcflag_t(ECHO) != 0
    }

    private func resize(_ width: UInt16, _ height: UInt16) {
        var size = winsize(ws_row: height, ws_col: width, ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    private func serve(_ script: [Step]) {
        var script = script[...]
        var seen = 0
        var buffer = [UInt8](repeating: 0, count: 65_536)
        defer { state.withLock { $0.isClosed = true } }
        while true {
            var watched = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            let ready = unsafe poll(&watched, 1, 20)
            if ready <= 0 || watched.revents & Int16(POLLIN) == 0 {
                if state.withLock({ $0.isOver }) { return }
                if ready > 0 { _ = threadWaits(within: 0.005) { state.withLock { $0.isOver } } }
                continue
            }
            let count = unsafe read(master, &buffer, buffer.count)
            if count <= 0 {
                if state.withLock({ $0.isOver }) { return }
                continue
            }
            let text = state.withLock { state in
                state.output += buffer[..<count]
                return String(decoding: state.output[seen...], as: UTF8.self)
            }
            guard let step = script.first, text.contains(step.after) else { continue }
            script.removeFirst()
            seen = state.withLock { $0.output.count }
            if let size = step.size { resize(size.width, size.height) }
            var left = Array(step.type.utf8)[...]
            while !left.isEmpty {
                let written = unsafe left.withUnsafeBytes { unsafe write(master, $0.baseAddress, min($0.count, 1024)) }
                if written <= 0 { break }
                left.removeFirst(written)
            }
            if step.hangUp {
                close(master)
                return
            }
        }
    }
}

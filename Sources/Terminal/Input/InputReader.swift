import CTerminal
import Drawing
import Glibc

/// Takes in what was typed: through ncurses, which knows this terminal's keys, or past it where much comes at once.
///
/// ncurses reads byte by byte, which is slow for a paste. It holds back bytes of its own only behind an `ESC`, so the
/// line may be read directly while a paste is under way or a long run of other bytes has come.
struct InputReader {
    /// More than this waits for the next turn, so that endless input can't keep the screen from being drawn.
    private static let mostAtOnce = 65_536
    private static let runBeforeBulk = 32
    private static let worthBulk = 64

    private let line = TerminalLine(descriptor: STDIN_FILENO)
    private let pad = KeyPad()
    private var decoder: InputDecoder
    /// Bytes since the last `ESC` or key code.
    private var run = 0

    init() { decoder = InputDecoder(keys: pad.codes()) }

    /// The events in all that waits.
    mutating func read() -> [InputEvent] {
        var events: [InputEvent] = []
        var room = Self.mostAtOnce
        var endsInBulk = false
        while room > 0 {
            let isCut = endsInBulk && decoder.isAfterEscape
            if isCut || decoder.isInPaste || run >= Self.runBeforeBulk && line.waiting >= Self.worthBulk {
                // An `ESC` at the end of what was read waits for what belongs to it, as in ncurses.
                let bytes = line.read(room, milliseconds: isCut ? 25 : 0)
                guard !bytes.isEmpty else { return events + decoder.endOfInput() }
                for byte in bytes { events += decoder.decode(Int32(byte)) }
                room -= bytes.count
                endsInBulk = true
            } else {
                guard let code = pad.next() else { return events + decoder.endOfInput() }
                run = code == 0x1B || code >= 0x100 ? 0 : run + 1
                events += decoder.decode(code)
                room -= 1
                endsInBulk = false
            }
        }
        return events
    }
}

import Foundation
import Glibc

/// A program on a terminal of its own, whose other side is read here: what it draws, and when.
final class WatchedScreen: Sendable {
    /// What was drawn at once: from one sign that a frame ends to the next.
    struct Frame: Sendable {
        let end: ContinuousClock.Instant
        let bytes: Int
        /// Whether it shows the text that is waited for.
        let hasText: Bool
    }

    let frames: AsyncStream<Frame>
    let started: ContinuousClock.Instant
    let program: SpawnedProgram
    private let holder: Int32

    /// The text is ASCII, and short enough to stand in one frame.
    init(_ path: String, _ arguments: [String], width: UInt16, height: UInt16, awaiting text: String) throws {
        holder = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (number, locked): (Int32, Int32) = (0, 0)
        guard holder >= 0, unsafe ioctl(holder, Self.number, &number) == 0,
            unsafe ioctl(holder, Self.lock, &locked) == 0
        else { throw BenchFault("screen: there is no pseudoterminal left") }
        var size = winsize(ws_row: height, ws_col: width, ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(holder, UInt(TIOCSWINSZ), &size)
        var environment = ProcessInfo.processInfo.environment
        environment["TERM"] = "xterm-256color"
        environment["LANG"] = "C.UTF-8"
        started = ContinuousClock.now
        program = try SpawnedProgram(path, arguments, terminal: "/dev/pts/\(number)", environment: environment)
        let (frames, drawn) = AsyncStream.makeStream(of: Frame.self)
        self.frames = frames
        let holder = holder
        Thread.detachNewThread {
            Self.read(holder, Array(text.utf8)) { drawn.yield($0) }
            drawn.finish()
        }
    }

    /// A key or two: far less than a terminal keeps.
    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe write(holder, bytes, bytes.count)
    }

    func stop() {
        program.stop()
        close(holder)
    }

    /// `TIOCGPTN` and `TIOCSPTLCK`, macros that Swift doesn't import.
    private static let (number, lock): (UInt, UInt) = (0x8004_5430, 0x4004_5431)
    private static let frameEnd = Array("\u{1B}[?2026l".utf8)

    /// Until the terminal is gone.
    private static func read(_ holder: Int32, _ text: [UInt8], _ found: (Frame) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var frame: [UInt8] = []
        while true {
            let count = unsafe Glibc.read(holder, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            let now = ContinuousClock.now
            frame += buffer[..<count]
            while let place = frame.firstRange(of: frameEnd) {
                let drawn = frame[..<place.upperBound]
                found(Frame(end: now, bytes: drawn.count, hasText: drawn.firstRange(of: text) != nil))
                frame.removeSubrange(..<place.upperBound)
            }
        }
    }
}

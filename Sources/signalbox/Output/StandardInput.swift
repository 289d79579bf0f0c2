import Dispatch
import Glibc

/// Lines of standard input, as they come.
enum StandardInput {
    private static let longestLine = 64 << 10

    /// Ends with the input. A command in the background reads nothing: the terminal would stop it.
    static func lines() -> AsyncStream<String> {
        AsyncStream { continuation in
            DispatchQueue.global().async {
                defer { continuation.finish() }
                guard !StandardStreams.isTerminal(STDIN_FILENO) || tcgetpgrp(STDIN_FILENO) == getpgrp() else { return }
                var line: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 4096)
                while true {
                    let count = unsafe buffer.withUnsafeMutableBytes {
                        unsafe Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count)
                    }
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { break }
                    for byte in buffer[..<count] {
                        if byte == 0x0A {
                            continuation.yield(String(decoding: line, as: UTF8.self))
                            line = []
                        } else if line.count < longestLine {
                            line.append(byte)
                        }
                    }
                }
                if !line.isEmpty { continuation.yield(String(decoding: line, as: UTF8.self)) }
            }
        }
    }
}

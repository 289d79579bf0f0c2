import Dispatch
import Glibc

/// Lines of standard input, as they come.
enum StandardInput {
    /// Bytes.
    static let longestLine = 64 << 10
    /// How many wait to be taken; the rest stays where it comes from.
    private static let waitingLines = 16

    /// Ends with the input, and with a `UsageError` at a line that is longer than any reply. A command in the background
    /// reads nothing: the terminal would stop it.
    static func lines(of descriptor: CInt = STDIN_FILENO) -> Lines {
        let slots = DispatchSemaphore(value: 0)
        for _ in 0..<waitingLines { slots.signal() }
        let stream = AsyncThrowingStream<String, any Error> { continuation in
            DispatchQueue.global().async {
                guard !StandardStreams.isTerminal(descriptor) || tcgetpgrp(descriptor) == getpgrp() else {
                    return continuation.finish()
                }
                var line: [UInt8] = []
                /// False where nobody listens any more.
                func deliver() -> Bool {
                    slots.wait()
                    defer { line = [] }
                    if case .terminated = continuation.yield(String(decoding: line, as: UTF8.self)) { return false }
                    return true
                }
                var buffer = [UInt8](repeating: 0, count: 4096)
                while true {
                    let count = unsafe buffer.withUnsafeMutableBytes {
                        unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
                    }
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { break }
                    for byte in buffer[..<count] {
                        if byte == 0x0A {
                            guard deliver() else { return }
                        } else if line.count < longestLine {
                            line.append(byte)
                        } else {
                            let limit = "\(longestLine >> 10) KiB"
                            return continuation.finish(
                                throwing: UsageError(
                                    "Standard input holds a line of more than \(limit), which nothing here needs; what follows it is not read."
                                )
                            )
                        }
                    }
                }
                if !line.isEmpty { _ = deliver() }
                continuation.finish()
            }
        }
        return Lines(stream: stream, slots: slots)
    }

    /// Frees a slot for each line that is taken.
    struct Lines: AsyncSequence {
        fileprivate let stream: AsyncThrowingStream<String, any Error>
        fileprivate let slots: DispatchSemaphore

        func makeAsyncIterator() -> Iterator { Iterator(lines: stream.makeAsyncIterator(), slots: slots) }

        struct Iterator: AsyncIteratorProtocol {
            fileprivate var lines: AsyncThrowingStream<String, any Error>.Iterator
            fileprivate let slots: DispatchSemaphore

            mutating func next(isolation actor: isolated (any Actor)?) async throws -> String? {
                let line = try await lines.next(isolation: actor)
                if line != nil { slots.signal() }
                return line
            }
        }
    }
}

import Foundation
import TestSupport
import Testing

@testable import signalbox

@Suite(.timeLimit(.minutes(20)))
struct StandardInputTests {
    private func read(_ text: String) async throws -> [String] {
        let directory = try ScratchDirectory()
        let file = try FileHandle(forReadingFrom: URL(filePath: directory.write(text, to: "input")))
        defer { try? file.close() }
        var lines: [String] = []
        for try await line in StandardInput.lines(of: file.fileDescriptor) { lines.append(line) }
        return lines
    }

    @Test func `lines come in order, the last one without its end, too`() async throws {
        #expect(try await read("a\n\nb\r\nc") == ["a", "", "b\r", "c"])
        let many = (0..<300).map { "line \($0)" }
        #expect(try await read(many.joined(separator: "\n")) == many)
        let longest = String(repeating: "x", count: StandardInput.longestLine)
        #expect(try await read(longest + "\n") == [longest])
    }

    @Test func `a line without an end is refused by a sentence and never cut`() async throws {
        await #expect {
            try await read("a\n" + String(repeating: "x", count: StandardInput.longestLine + 1))
        } throws: {
            ($0 as? UsageError)?.message.contains("a line of more than 64 KiB") == true
        }
    }

    @Test func `what nobody takes stays in the pipe`() async throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        #expect(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0)
        let lines = StandardInput.lines(of: pipe.fileHandleForReading.fileDescriptor)
        // Until it takes no more for a whole second: everything that is read ahead is bounded by that.
        let line = String(repeating: "x", count: 1023) + "\n"
        var written = 0
        var lastProgress = ContinuousClock.now
        try await waitUntil("nothing is taken for a second, or too much was") {
            while written < 1 << 20, case let count = unsafe write(descriptor, line, line.utf8.count), count > 0 {
                written += count
                lastProgress = .now
            }
            return written >= 1 << 20 || ContinuousClock.now - lastProgress >= .seconds(1)
        }
        #expect(written < 1 << 20)
        try pipe.fileHandleForWriting.close()
        var taken = 0
        for try await line in lines { taken += line.utf8.count + 1 }
        #expect(taken >= written)
    }
}

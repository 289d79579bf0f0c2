import Foundation
import Glibc
import TestSupport
import Testing

@testable import signalbox

@Suite(.timeLimit(.minutes(20)))
struct StandardStreamsTests {
    /// Of this thread.
    private static func processorTime() -> Duration {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    @Test func `what others say passes the gate for outside text on its way to standard error`() throws {
        let pipe = Pipe()
        let hostile = "denied \u{1B}]0;x\u{7}\u{9B}2J\u{202E}\r\nsignalbox: all is well"
        StandardStreams.printDiagnostic("signalbox: \(hostile)", to: pipe.fileHandleForWriting.fileDescriptor)
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try #require(try pipe.fileHandleForReading.readToEnd()), as: UTF8.self)
        #expect(text.hasPrefix("signalbox: denied ") && text.hasSuffix("all is well\n"))
        let controls = text.dropLast().unicodeScalars.filter { $0.properties.generalCategory == .control }
        #expect(controls.isEmpty && !text.contains("\u{202E}"))
    }

    @Test func `a reader that pauses is waited for without the processor`() async throws {
        let pipe = Pipe()
        let (reader, writer) = (pipe.fileHandleForReading.fileDescriptor, pipe.fileHandleForWriting.fileDescriptor)
        for descriptor in [reader, writer] { #expect(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0) }
        let size = 1 << 20
        async let writing = offThread { () -> (isWhole: Bool, processor: Duration) in
            let begun = Self.processorTime()
            let isWhole = StandardStreams.write(String(repeating: "x", count: size), to: writer)
            return (isWhole, Self.processorTime() - begun)
        }
        try await elapse(milliseconds: 800)
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var taken = 0
        try await waitUntil("all is read") {
            while case let count = unsafe read(reader, &bytes, bytes.count), count > 0 { taken += count }
            return taken == size
        }
        let written = await writing
        #expect(written.isWhole)
        #expect(written.processor < .milliseconds(200))
        withExtendedLifetime(pipe) {}
    }
}

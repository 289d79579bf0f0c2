import AsyncHTTPClient
import Foundation
import NIOCore
import TestSupport
import Testing

/// Standard output that takes nothing, which is no reader that went away, and streams that are closed.
@Suite(.programs, .timeLimit(.minutes(20)))
struct FullOutputTests {
    private static let sentence = "signalbox: Standard output can't be written: No space left on device."

    private func child(_ arguments: [String], input: String = "") throws -> Child {
        try Child(
            ["-c", #"exec "$0" "$@" > /dev/full"#, Program.path] + arguments,
            input: input,
            executable: "/bin/sh"
        )
    }

    @Test func `listen says so, and ends with 1`() async throws {
        let listen = try child(["listen", "--port", "0"])
        let url = try await waitUntil("listen's address", seen: { listen.diagnostics }) {
            listen.diagnostics.firstMatch(of: /http:\/\/[0-9.:]+/).map { String($0.output) }
        }
        // It ends before it answers.
        _ = try? await HTTPClient.shared.execute(HTTPClientRequest(url: url + "/hook"), timeout: .seconds(60))
        #expect(try await listen.exitStatus() == 1)
        #expect(listen.diagnostics.contains(Self.sentence), "\(listen.diagnostics)")
    }

    @Test func `no file of the program takes the place of a stream that is closed`() async throws {
        let listen = try Child(
            ["-c", #"exec "$0" listen --port 0 <&- >&- 2>&-"#, Program.path],
            executable: "/bin/sh"
        )
        for descriptor in 0...2 {
            let link = "/proc/\(listen.processID)/fd/\(descriptor)"
            try await waitUntil("\(descriptor) leads nowhere") {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) == "/dev/null"
            }
        }
        listen.signal(SIGKILL)
        _ = try await listen.exitStatus()
    }

    @Test func `a command whose output is closed fails`() async throws {
        let keys = try await Program.run(["-c", #"exec "$0" keys >&-"#, Program.path], executable: "/bin/sh")
        #expect(keys.status == 1)
        #expect(keys.diagnostics.contains("Standard output can't be written: Bad file descriptor."))
    }

    @Test func `the plain output says so once, and ends with 1`() async throws {
        let directory = try ScratchDirectory()
        let ports = ["--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"]
        let plain = try child(["--plain", "--data-dir", directory.path] + ports, input: "help\nhelp\n")
        #expect(try await plain.exitStatus() == 1)
        let said = plain.diagnostics.split(separator: "\n").filter { $0.contains(Self.sentence) }
        #expect(said.count == 1, "\(plain.diagnostics)")
    }
}

import Domain
import Foundation
import Glibc
import Primitives
import RemoteEngine
import TestSupport
import Testing

@testable import signalbox

/// Files that a person names, which may be pipes, as a shell makes of `<(…)`.
@Suite(.timeLimit(.minutes(20)))
struct NamedFileTests {
    /// Calls `body` with the path of a pipe that holds this.
    private func withPipe<Value>(_ text: String, _ body: (String) throws -> Value) throws -> Value {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try pipe.fileHandleForWriting.close()
        defer { withExtendedLifetime(pipe) {} }
        return try body("/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)")
    }

    @Test func `each of them may be a pipe`() throws {
        let json = try withPipe(#"{"name":"x"}"#) { try JSONFile.read($0, option: "--from") }
        #expect(json == ["name": "x"])
        let file = try withPipe("log-level: debug\n") { try ConfigurationFile(path: $0, isRequired: true) }
        #expect(file.values[.logLevel]?.text == "debug")
        let node = try withPipe("token-token\n") { path in
            var settings = Settings(dataDirectory: "/nonexistent")
            settings.attach = "http://127.0.0.1:8181"
            settings.tokenFile = path
            return try AttachedNode.elsewhere(settings, environment: [:])
        }
        #expect(try node?.address().token.exposed == "token-token")
        let key = try SigningKey.pem("private")
        let read = try withPipe(key) { try KeyFile.read($0) }
        #expect(read == key)
        let valid = try TLSKeys.pem("valid")
        let chain = try withPipe(valid) { try TLSFiles.certificates($0, "--callback-ca") }
        #expect(!chain.isEmpty)
    }

    @Test(arguments: [#"{"a":1,"b":{},"a":2}"#, #"{"configuration":[{"x":1,"x":1}]}"#])
    func `a name that stands twice is refused`(text: String) {
        let fault = #expect(throws: UsageError.self) {
            try self.withPipe(text) { try JSONFile.read($0, option: "--from") }
        }
        #expect(fault?.message.contains("twice in one object") == true, "\(fault?.message ?? "")")
    }

    @Test func `a mark before the text is no part of it`() throws {
        let json = try withPipe("\u{FEFF}{}") { try JSONFile.read($0, option: "--from") }
        #expect(json == [:])
    }

    @Test func `no more is read than a file may hold, and a directory is none`() throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        let path = try directory.write("12345", to: "five")
        let bytes = try BoundedFile.read(path, atMost: 5)
        #expect(bytes == Array("12345".utf8))
        #expect(throws: BoundedFile.Fault.tooLarge) { try BoundedFile.read(path, atMost: 4) }
        #expect(throws: BoundedFile.Fault.unreadable(EISDIR)) { try BoundedFile.read(directory.path, atMost: 4) }
        #expect(throws: BoundedFile.Fault.unreadable(ENOENT)) { try BoundedFile.read(path + "s", atMost: 4) }
        // One that never ends.
        #expect(throws: BoundedFile.Fault.tooLarge) { try BoundedFile.read("/dev/zero", atMost: 1 << 20) }
        #expect(throws: UsageError.self) { try JSONFile.read("/dev/zero", option: "--from") }
    }
}

import Domain
import FoundationEssentials
import Primitives
import TestSupport
import Testing

@testable import Gateway

/// The secrets and tokens of one data directory, copied into another.
struct CredentialCopyTests {
    @Test func `a copy opens to the same secrets and tokens, and forgets a token that is gone`() throws {
        let (first, second) = (try ScratchDirectory(), try ScratchDirectory())
        _ = try Credentials.createToken(named: "ci", scope: .read, now: .now(), dataDirectory: first.path)
        let files = try Credentials.files(in: first.path)
        try Credentials.install(files, in: second.path)
        let copy = try Credentials.load(dataDirectory: second.path)
        #expect(copy == (try Credentials.load(dataDirectory: first.path)))
        #expect(copy.tokens.map(\.name) == ["ci"])
        let secrets = files.filter { $0.key == "credentials.json" }
        try Credentials.install(secrets, in: second.path)
        try Credentials.install(secrets, in: second.path)
        #expect(try Credentials.load(dataDirectory: second.path).tokens.isEmpty)
    }

    @Test func `tokens that can't be removed are said`() throws {
        let (first, second) = (try ScratchDirectory(), try ScratchDirectory())
        let files = try Credentials.files(in: first.path)
        // Nothing removes a folder as a file, whoever asks.
        try FileManager.default.createDirectory(
            atPath: second.path + "/tokens.json/inside",
            withIntermediateDirectories: true
        )
        let fault = #expect(throws: Credentials.Fault.self) { try Credentials.install(files, in: second.path) }
        #expect(fault?.message.contains("tokens.json can't be removed") == true)
    }
}

import Domain
import Foundation
import Gateway
import Primitives
import TestSupport
import Testing

@testable import signalbox

/// Secrets and tokens that are kept elsewhere than in the data directory, which has a copy.
struct SharedCredentialsTests {
    private struct Refused: Error {}

    @Test func `a change holds, whatever a node copies into the directory meanwhile`() throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        let path = directory.path
        let former = try Credentials.files(in: path)
        var kept = former
        func change<Value>(_ work: (inout CredentialFiles) throws(Credentials.Fault) -> Value) throws -> Value {
            let value = try SharedCredentials.change(in: path, by: { kept = try $0(kept) }) {
                (files) throws(Credentials.Fault) in
                let value = try work(&files)
                // What it has read before.
                try Credentials.install(former, in: path)
                return value
            }
            let (here, there) = (try Credentials.files(in: path), kept)
            #expect(here == there)
            return value
        }
        let before = try Credentials.load(dataDirectory: path)
        let rotated = try change { (files) throws(Credentials.Fault) in try files.rotate() }
        #expect(rotated.user != before.user)
        #expect(try Credentials.load(dataDirectory: path) == rotated)
        let token = try change { (files) throws(Credentials.Fault) in
            try files.createToken(named: "robot", scope: .read, now: Timestamp(seconds: 1))
        }
        let created = try Credentials.load(dataDirectory: path)
        #expect(created.user == rotated.user && created.tokens.map(\.name) == ["robot"] && !token.exposed.isEmpty)
        try change { (files) throws(Credentials.Fault) in try files.revokeToken(named: "robot") }
        #expect(try Credentials.load(dataDirectory: path) == rotated)
    }

    @Test func `a node looks for a secret that it does not know, once a second at most`() async throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        let path = directory.path
        let reads = Locked(0)
        let former = try Credentials.files(in: path)
        var files = CredentialFiles(former, of: path)
        let fresh = try files.rotate()
        let there = files.bytes
        let keeper = CredentialKeeper(
            shared: {
                reads.withLock { $0 += 1 }
                return there
            },
            dataDirectory: path,
            logger: .quiet
        )
        for _ in 0..<100 { await keeper.renew() }
        let here = try Credentials.load(dataDirectory: path)
        #expect(here == fresh)
        let count = reads.withLock { $0 }
        #expect((1..<100).contains(count), "whoever guesses makes no work")
    }

    @Test func `what was taken there is shown, though it can't be copied here`() throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        let (path, lines) = (directory.path, LogLines())
        let former = try Credentials.files(in: path)
        var kept = former
        let fresh = try SharedCredentials.change(
            in: path,
            by: { work in
                kept = try work(kept)
                // In its way, for root as well.
                let file = path + "/" + Credentials.fileName
                try FileManager.default.removeItem(atPath: file)
                try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
            },
            logger: lines.logger
        ) { (files) throws(Credentials.Fault) in try files.rotate() }
        #expect(kept != former)
        let held = String(decoding: kept[Credentials.fileName] ?? [], as: UTF8.self)
        #expect(held.contains(fresh.user.exposed))
        #expect(lines.all.count == 1 && lines.all.first?.contains(Credentials.fileName) == true, "\(lines.all)")
    }

    @Test func `what was not taken there is not taken here either`() throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        let path = directory.path
        let former = try Credentials.files(in: path)
        #expect(throws: Refused.self) {
            try SharedCredentials.change(
                in: path,
                by: { work in
                    _ = try work(former)
                    throw Refused()
                }
            ) { (files) throws(Credentials.Fault) in _ = try files.rotate() }
        }
        let left = try Credentials.files(in: path)
        #expect(left == former)
    }
}

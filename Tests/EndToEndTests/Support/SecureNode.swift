import Foundation
import Glibc
import Primitives
import TestSupport
import Testing

/// A `serve` with TLS, its files, and where it listens.
struct SecureNode {
    let process: Child
    let directory: ScratchDirectory
    let receiver: Int
    let management: Int
    let token: String

    var url: String { "https://localhost:\(management)" }
    var certificate: String { directory.path + "/tls.pem" }
    var key: String { directory.path + "/tls.key" }

    static func start(_ directory: ScratchDirectory, _ options: [String] = []) async throws -> SecureNode {
        try directory.write(try TLSKeys.pem("valid"), to: "tls.pem")
        try directory.write(try TLSKeys.pem("key"), to: "tls.key")
        let path = directory.path
        let process = try Child(
            [
                "serve", "--data-dir", path, "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0",
                "--tls-certificate", path + "/tls.pem", "--tls-key", path + "/tls.key",
            ] + options
        )
        let record = try await waitUntil("the running record", seen: { process.diagnostics }) {
            FileManager.default.contents(atPath: path + "/running.json").flatMap { try? JSON(parsing: $0) }
        }
        #expect(record["tls"]?.bool == true)
        let ports = try ["receiver", "management"].map { name in
            try #require(record[name]?.string?.split(separator: ":").last.flatMap { Int($0) })
        }
        let secrets = try #require(FileManager.default.contents(atPath: path + "/credentials.json"))
        let token = try #require(try JSON(parsing: secrets)["user"]?.string)
        return SecureNode(
            process: process,
            directory: directory,
            receiver: ports[0],
            management: ports[1],
            token: token
        )
    }

    /// A command on it from elsewhere, which trusts these certificates.
    func attached(_ arguments: [String], trusting name: String?, _ more: [String] = []) async throws
        -> Program.Output
    {
        var arguments = arguments + ["--attach", url] + more
        if let name {
            arguments += ["--attach-ca", try directory.write(try TLSKeys.pem(name), to: "trusted-\(name).pem")]
        }
        return try await Program.run(arguments, environment: ["SIGNALBOX_TOKEN": token])
    }

    func hangUp(until words: String) async throws {
        let process = process
        let before = process.diagnostics.count
        process.signal(SIGHUP)
        try await waitUntil("the answer to SIGHUP", seen: { process.diagnostics }) {
            process.diagnostics.dropFirst(before).contains(words) ? true : nil
        }
    }

    func stop() async throws {
        process.signal(SIGTERM)
        #expect(try await process.exitStatus() == 0, "\(process.diagnostics)")
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/management.sock"))
    }
}

import Foundation
import Glibc
import Primitives
import TestSupport
import Testing

/// Root works beside a service that runs as a user of its own.
@Suite(.programs, .timeLimit(.minutes(20)), .enabled(if: geteuid() == 0, "only root can give files away"))
struct OwnershipTests {
    private static let owner = 65_534

    /// Files of a directory that belong to somebody else than the directory.
    private func strangers(in path: String) throws -> [String] {
        let files = FileManager.default
        return try files.contentsOfDirectory(atPath: path).filter { name in
            let about = try files.attributesOfItem(atPath: path + "/" + name)
            return about[.ownerAccountID] as? Int != Self.owner || about[.groupOwnerAccountID] as? Int != Self.owner
        }
    }

    @Test func `what root makes in a service's data directory belongs to the service`() async throws {
        let directory = try ScratchDirectory()
        let (data, copies) = (directory.path + "/data", directory.path + "/copies")
        for path in [data, copies] { try #require(unsafe mkdir(path, 0o700) == 0) }
        try #require(unsafe chown(data, uid_t(Self.owner), gid_t(Self.owner)) == 0)
        func signalbox(_ arguments: String...) async throws {
            let output = try await Program.run(arguments + ["--data-dir", data])
            #expect(output.status == 0, "\(arguments): \(output.diagnostics)")
            #expect(try strangers(in: data) == [], "\(arguments)")
        }
        try await signalbox("credentials")
        let node = try Child(
            ["serve", "--data-dir", data, "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"]
        )
        _ = try await ManagementAPI.running(in: data, otherThan: nil)
        node.signal(SIGTERM)
        #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
        try await signalbox("instances", "list")
        try await signalbox("credentials", "create", "grafana", "--scope", "read")
        try await signalbox("backup", copies + "/signalbox.sqlite")
        try #require(FileManager.default.contents(atPath: data + "/key") != nil)
        try FileManager.default.copyItem(atPath: data + "/key", toPath: copies + "/key")
        try await signalbox("credentials", "rotate")
        try await signalbox("credentials", "rotate-key")
        // With the key that the backup needs.
        try await signalbox("restore", copies + "/signalbox.sqlite", "--replace")

        // One that came from elsewhere is named.
        try #require(unsafe chown(data + "/tokens.json", 0, 0) == 0)
        let doctor = try await Program.run(["doctor", "--data-dir", data])
        #expect(
            doctor.status == 1 && doctor.output.contains("chown --reference=\(data) \(data)/tokens.json"),
            "\(doctor)"
        )

        // A copy in root's own directory stays root's.
        let copy = try FileManager.default.attributesOfItem(atPath: copies + "/signalbox.sqlite")
        #expect(copy[.ownerAccountID] as? Int == 0)

        // What the owner made a name lead to is nobody's to give away.
        try FileManager.default.removeItem(atPath: data + "/lock")
        try #require(unsafe symlink(copies + "/elsewhere", data + "/lock") == 0)
        _ = try await Program.run(["instances", "list", "--data-dir", data])
        let elsewhere = try? FileManager.default.attributesOfItem(atPath: copies + "/elsewhere")
        #expect(elsewhere?[.ownerAccountID] as? Int ?? 0 == 0)
    }
}

import Domain
import FoundationEssentials
import Glibc
import Primitives
import TestSupport
import Testing

@testable import Gateway

/// Secrets that are no plain files: links as Kubernetes and systemd lay them, and what somebody else put in their place.
struct SecretFileTests {
    private static let text = #"{"user":"fedcba9876543210","organization":"0123456789abcdef"}"#

    private static func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    /// A file beside the data directory, and a link to it there.
    private static func linked(_ scratch: ScratchDirectory, mode: mode_t) throws -> (data: String, file: String) {
        let data = scratch.path + "/data"
        try #require(unsafe mkdir(data, 0o700) == 0)
        let file = try scratch.write(text, to: "elsewhere")
        try #require(unsafe chmod(file, mode) == 0)
        try #require(unsafe symlink("../elsewhere", data + "/credentials.json") == 0)
        return (data, file)
    }

    @Test func `a linked secret is read, and stays as closed as it is`() throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let (data, file) = try Self.linked(scratch, mode: 0o400)
        let credentials = try Credentials.load(dataDirectory: data)
        #expect(credentials.user.exposed == "fedcba9876543210")
        #expect(try Self.mode(file) == 0o400)
    }

    @Test func `one that is open to others is closed, and the link stays`() throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let (data, file) = try Self.linked(scratch, mode: 0o644)
        _ = try Credentials.load(dataDirectory: data)
        #expect(try Self.mode(file) == 0o600)
        let kind = try FileManager.default.attributesOfItem(atPath: data + "/credentials.json")[.type]
        #expect(kind as? FileAttributeType == .typeSymbolicLink)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give links away"))
    func `root neither changes nor reads what another user's link leads to`() throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let (data, file) = try Self.linked(scratch, mode: 0o644)
        try #require(unsafe lchown(data + "/credentials.json", 65_534, 65_534) == 0)
        let fault = #expect(throws: Credentials.Fault.self) { try Credentials.load(dataDirectory: data) }
        #expect(fault?.message.contains("run this as that user") == true, "\(fault?.message ?? "")")
        #expect(try Self.mode(file) == 0o644)
        let opened = OwnedFile.open(data + "/credentials.json", O_RDWR)
        let code = errno
        #expect(opened == -1 && code == ELOOP)
    }

    @Test func `what is no regular file is refused without waiting for it`() throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let path = scratch.path + "/pipe"
        try #require(unsafe mkfifo(path, 0o600) == 0)
        for name in [path, scratch.path, "/dev/zero"] {
            #expect(throws: OwnedFile.Fault.irregular, "\(name)") { try SecretFile.read(name) }
        }
    }

    @Test func `no more is read than a secret may hold`() throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let path = scratch.path + "/long"
        let file = OwnedFile.open(path, O_RDWR)
        // A hole, which takes no room on the disk.
        try #require(file >= 0 && ftruncate(file, 1 << 30) == 0)
        close(file)
        #expect(throws: OwnedFile.Fault.tooLarge) { try SecretFile.read(path) }
    }

    @Test func `what is missing is none, and what can't be looked at is a fault`() throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        #expect(try SecretFile.read(scratch.path + "/none") == nil)
        let loop = scratch.path + "/loop"
        try #require(unsafe symlink(loop, loop) == 0)
        #expect(throws: OwnedFile.Fault.unreadable(ELOOP)) { try SecretFile.read(loop) }
    }
}

import Domain
import Foundation
import TestSupport
import Testing

@testable import signalbox

struct ProjectFolderTests {
    private let files = [
        ApexFile("README.md", "# Read"), ApexFile("force-app/classes/Relay.cls", "secret", holdsSecret: true),
    ]

    private func inDirectory(_ body: (String) throws -> Void) throws {
        let directory = try ScratchDirectory()
        try body(directory.path + "/project")
    }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func `files with the secret are the owner's alone`() throws {
        try inDirectory { directory in
            let folder = ProjectFolder(path: directory)
            try folder.check(force: false)
            #expect(
                try folder.write(files) == ["README.md", "force-app/classes/Relay.cls"].map { directory + "/" + $0 }
            )
            #expect(try mode(directory + "/force-app/classes/Relay.cls") == 0o600)
            #expect(try mode(directory + "/README.md") == 0o644)
            #expect(try String(contentsOfFile: directory + "/README.md", encoding: .utf8) == "# Read")
        }
    }

    @Test func `a directory that is not empty is left alone without --force`() throws {
        try inDirectory { directory in
            let folder = ProjectFolder(path: directory)
            _ = try folder.write(files)
            #expect { try folder.check(force: false) } throws: { "\($0)".contains("--force") }
            try folder.check(force: true)
            #expect(throws: UsageError.self) { try ProjectFolder(path: directory + "/README.md").check(force: true) }
        }
    }

    @Test(arguments: ["/etc/x", "../x", "a/../../x", "a\u{1B}[2J", "a\u{9B}2J", "a\nb"])
    func `no file leaves the directory or bears a name that steers a terminal`(path: String) throws {
        try inDirectory { directory in
            #expect(throws: CommandFailure.self) {
                try ProjectFolder(path: directory).write([ApexFile(path, "x")])
            }
            #expect(!FileManager.default.fileExists(atPath: directory))
        }
    }
}

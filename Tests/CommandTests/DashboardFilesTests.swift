import Domain
import EngineAPI
import FoundationEssentials
import Glibc
import Interface
import Primitives
import TestSupport
import Testing

@testable import signalbox

/// The files that the dashboard writes for a person: what is copied, edited and exported.
struct DashboardFilesTests {
    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `a private file is for its owner alone, and takes the place of what somebody else put there`() throws {
        let directory = try ScratchDirectory()
        let victim = directory.path + "/victim"
        try "untouched".write(toFile: victim, atomically: false, encoding: .utf8)
        let path = directory.path + "/copied.txt"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: victim)
        let file = PrivateFile(path: path)
        try file.write("é\n")
        #expect(try file.read(atMost: 10) == "é\n")
        #expect(try mode(path) == 0o600)
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "untouched")
        #expect(throws: CommandFailure.self) { try file.read(atMost: 2) }
        file.remove()
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(throws: CommandFailure.self) { try PrivateFile(path: directory.path + "/none/x").write("a") }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
    func `what root's dashboard and node write belongs to the owner of the data directory`() throws {
        let directory = try ScratchDirectory()
        let path = directory.path
        try #require(unsafe chown(path, 65_534, 65_534) == 0)
        let file = MemoryFile.open(dataDirectory: path, pause: .seconds(3600)) { _ in }.file
        file.keep(try #require(DashboardMemory(try JSON(parsing: #"{"version":1,"parts":{"a":{"value":"1"}}}"#))))
        file.flush()
        Absence(dataDirectory: path, node: nil).begin()
        let address = HostPort(host: "127.0.0.1", port: 8181)
        try RunningRecord(processID: 1, management: address, receiver: address).write(dataDirectory: path)
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        #expect(names == ["absence.json", "dashboard.json", "running.json"])
        for name in names {
            let about = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
            #expect(about[.ownerAccountID] as? Int == 65_534, "\(name)")
            #expect(about[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    @Test func `where names can't be waited for they count as kept`() {
        // Which answers EINVAL, as some file systems do that are not the kernel's own.
        #expect(DirectoryEntry.sync(of: "/proc/none"))
        #expect(!DirectoryEntry.sync(of: "/nonexistent/none"))
    }

    @Test func `what is not UTF-8 is refused by name`() throws {
        let directory = try ScratchDirectory()
        let path = directory.path + "/edited"
        try Data([0x66, 0xFF]).write(to: URL(filePath: path))
        #expect(throws: CommandFailure.self) { try PrivateFile(path: path).read(atMost: 10) }
    }

    @Test func `an export that may not replace a file leaves it alone, also if it comes in between`() throws {
        let directory = try ScratchDirectory()
        let path = directory.path + "/out.csv"
        var late = try ExportFile(path, mayReplace: false)
        try late.write("new")
        try "old".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(throws: ExportFile.Exists.self) { try late.finish() }
        // It takes the number of the descriptor that is free now, and keeps it.
        let other = unsafe open(directory.path, O_RDONLY | O_CLOEXEC)
        late.abandon()
        #expect(fcntl(other, F_GETFD) >= 0)
        close(other)
        #expect(throws: ExportFile.Exists.self) { _ = try ExportFile(path, mayReplace: false) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        var meant = try ExportFile(path, mayReplace: true)
        try meant.write("new")
        try meant.finish()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["out.csv"])
    }

    @Test func `an editor is what VISUAL names, else EDITOR; blanks are none`() {
        #expect(Editor(environment: ["EDITOR": "vi"]).isKnown)
        #expect(Editor(environment: ["VISUAL": " ", "EDITOR": "vi"]).isKnown)
        #expect(!Editor(environment: ["VISUAL": "", "EDITOR": "  "]).isKnown)
        #expect(!Editor(environment: [:]).isKnown)
    }

    @Test(
        arguments: [
            (["/usr/bin/vi", "/usr/bin/nano"], "vi"), (["/usr/bin/vi", "/bin/editor"], "editor"), (["/opt/vi"], nil),
            ([], nil),
        ] as [([String], String?)]
    )
    func `without either it is the system's, found as programs are`(there: [String], command: String?) {
        for environment in [["PATH": "/bin::/usr/bin"], ["PATH": "/bin:/usr/bin", "EDITOR": " "]] {
            let editor = Editor(environment: environment, isExecutable: { there.contains($0) })
            #expect(editor.command == command && editor.isKnown == (command != nil))
        }
        let named = Editor(environment: ["PATH": "/usr/bin", "EDITOR": "ed"], isExecutable: { there.contains($0) })
        #expect(named.command == "ed")
    }
}

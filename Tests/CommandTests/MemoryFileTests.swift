import FoundationEssentials
import Glibc
import Interface
import Primitives
import TestSupport
import Testing

@testable import signalbox

/// `dashboard.json`.
struct MemoryFileTests {
    private let directory: ScratchDirectory

    init() throws { directory = try ScratchDirectory() }

    private var path: String { directory.path + "/dashboard.json" }

    private func memory(_ part: String, _ value: String) throws -> DashboardMemory {
        let text = #"{"version":1,"parts":{"\#(part)":{"value":"\#(value)"}}}"#
        return try #require(DashboardMemory(try JSON(parsing: text)))
    }

    private func open(pause: Duration = .seconds(3600), said: Said = Said()) -> (file: MemoryFile, problem: String?) {
        MemoryFile.open(dataDirectory: directory.path, pause: pause) { said.add($0) }
    }

    private final class Said: Sendable {
        private let sentences = Locked<[String]>([])
        func add(_ text: String) { sentences.withLock { $0.append(text) } }
        var all: [String] { sentences.withLock { $0 } }
    }

    private func stored() throws -> JSON? {
        try FileManager.default.contents(atPath: path).map { try JSON(parsing: $0) }
    }

    @Test func `what is kept is there at the next start, for its owner alone`() throws {
        let (file, problem) = open()
        #expect(problem == nil && file.kept == DashboardMemory())
        file.flush()
        #expect(try stored() == nil)
        file.keep(try memory("a", "1"))
        file.keep(try memory("a", "2"))
        #expect(try stored() == nil)
        file.flush()
        #expect(open().file.kept == (try memory("a", "2")))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["dashboard.json"])
    }

    @Test func `a change is written by itself after the pause, and what changed nothing is not`() async throws {
        let (file, _) = open(pause: .zero)
        file.keep(try memory("a", "1"))
        try await waitUntil("the file is written") { try stored() != nil }
        try FileManager.default.removeItem(atPath: path)
        file.keep(try memory("a", "1"))
        file.flush()
        #expect(try stored() == nil)
    }

    @Test func `two dashboards keep their own parts in one file`() throws {
        let (first, second) = (open().file, open().file)
        first.keep(try memory("a", "1"))
        first.flush()
        second.keep(try memory("b", "2"))
        second.flush()
        #expect(try stored()?["parts"] == ["a": ["value": "1"], "b": ["value": "2"]])
    }

    @Test(arguments: ["", "null", "{", #"{"version":2,"parts":{}}"#, "\u{0}", #"{"version":1,"parts":7}"#])
    func `a broken file is named once and set aside`(text: String) throws {
        try directory.write(text, to: "dashboard.json")
        let (file, problem) = open()
        #expect(problem?.contains("dashboard.json is not what this version writes") == true)
        #expect(problem?.contains("dashboard.json.broken now.") == true)
        #expect(FileManager.default.contents(atPath: path + ".broken") == Data(text.utf8))
        #expect(file.kept == DashboardMemory() && open().problem == nil)
        file.keep(try memory("a", "1"))
        file.flush()
        #expect(open().file.kept == (try memory("a", "1")))
    }

    @Test func `what is no file, or a huge one, is set aside unread`() throws {
        #expect(unsafe mkfifo(path, 0o600) == 0)
        #expect(open().problem?.contains("is no file") == true)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(open().problem?.contains("is no file") == true)
        // A directory stays where it is: nobody knows what is in it.
        try FileManager.default.removeItem(atPath: path + ".broken")
        try directory.write(String(repeating: " ", count: 1 << 20) + "{}", to: "dashboard.json")
        #expect(open().problem?.contains("is too large") == true)
        #expect(open().problem == nil)
    }

    @Test func `where nothing can be written it is said once`() throws {
        let said = Said()
        let (file, _) = open(said: said)
        try FileManager.default.removeItem(atPath: directory.path)
        for value in ["1", "2"] {
            file.keep(try memory("a", value))
            file.flush()
        }
        #expect(said.all.count == 1 && said.all[0].contains("can't be written to \(path): No such file"))
        try FileManager.default.createDirectory(atPath: directory.path, withIntermediateDirectories: false)
        file.keep(try memory("a", "3"))
        file.flush()
        #expect(open().file.kept == (try memory("a", "3")))
    }
}

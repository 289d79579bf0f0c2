import Domain
import FoundationEssentials
import Glibc
import Primitives
import TestSupport
import Testing

@testable import signalbox

@Suite(.timeLimit(.minutes(20)))
struct ExportTests {
    private static let event: JSON = [
        "id": "event-7", "eventDate": "2026-11-27T10:00:00Z", "sequence": 7, "instanceId": 401, "eventType": "UPDATED",
        "objectType": "Account", "objectId": "001000000000001AAA", "objectName": "=cmd|'a'!\"x\", é\nb",
        "source": "polling", "date": "2026-11-27T09:59:59Z", "changedFields": ["Email", "Title"],
        "delivery": [
            "notificationId": 7, "state": "dead", "attempts": 2, "lastStatus": 500, "lastMilliseconds": 14,
            "lastError": "answered 500", "lastReplay": ["verdict": "failed"],
        ],
        "eventElementInstances": [["notifiedData": #"{"message":"Ü"}"#]],
    ]

    private static let attempts: [JSON] = [
        [
            "id": 1, "number": 1, "replay": false, "startedDate": "2026-11-27T10:00:01.000Z", "milliseconds": 14,
            "url": "https://app.example/hook?a=1&b", "status": 500, "error": "answered 500", "success": false,
            "responseHeaders": [["name": "content-type", "value": "text/plain"]], "responseBody": "oh \"no\"",
        ],
        [
            "id": 2, "number": 2, "replay": true, "startedDate": "2026-11-27T10:00:02.000Z", "milliseconds": 15_000,
            "url": "https://app.example/hook", "status": .null, "error": "timed out", "success": false,
            "responseHeaders": [], "responseBody": "",
        ],
    ]

    @Test func `a row keeps its columns whatever a name holds, and no name is a formula`() {
        var text = ExportText(.csv)
        let whole = text.head + text.text(Self.event, attempts: [])
        #expect(
            whole == """
                id,sequence,stored,instance,source,change,object,record,name,date,changedFields,state,attempts,\
                lastStatus,lastMilliseconds,lastError,replay\r\n\
                event-7,7,2026-11-27T10:00:00Z,401,polling,UPDATED,Account,001000000000001AAA,\
                "'=cmd|'a'!""x"", é\nb",2026-11-27T09:59:59Z,Email Title,dead,2,500,14,answered 500,failed\r\n
                """
        )
        #expect(text.tail.isEmpty)
    }

    @Test(arguments: ["=1", "+1", "-1", "@a", "\ta", "\ra", "\na", "\u{FF1D}1", "\u{FF0B}1", "\u{FF0D}1", "\u{FF20}a"])
    func `no cell is a formula, whatever sign one begins with`(_ name: String) {
        let row = CSVLine.text([name, "1", "a=1"])
        #expect(row.hasPrefix("'\(name)") || row.hasPrefix("\"'\(name)"), "\(row)")
        #expect(row.hasSuffix(",1,a=1\r\n"))
    }

    @Test(arguments: ExportFormat.allCases)
    func `no export steers a terminal that shows it`(format: ExportFormat) throws {
        let name: JSON = "Ada \u{1B}]0;x\u{7}\u{9B}2J\u{202E}"
        let event = JSON.object(
            (Self.event.members ?? []).map { $0.name == "objectName" ? JSON.Member($0.name, name) : $0 }
        )
        let attempt = JSON.object(
            (Self.attempts[0].members ?? []).map { $0.name == "error" ? JSON.Member("error", name) : $0 }
        )
        var text = ExportText(format)
        text.isShown = true
        let whole = text.head + text.text(event, attempts: [attempt]) + text.tail
        let controls = whole.unicodeScalars.filter { $0.properties.generalCategory == .control || $0 == "\u{202E}" }
        #expect(controls.allSatisfy { $0 == "\n" || $0 == "\r" }, "\(controls)")
        guard format == .csv else { return }
        // A file keeps them: what it says of a record is exact.
        var file = ExportText(format)
        let row = file.text(event, attempts: [])
        #expect(row.contains("\u{1B}]0;x"))
    }

    @Test func `an event is a line`() throws {
        var text = ExportText(.ndjson)
        let line = text.head + text.text(Self.event, attempts: []) + text.tail
        #expect(line.filter { $0 == "\n" }.count == 1 && line.hasSuffix("\n"))
        #expect(try JSON(parsing: line) == Self.event)
    }

    /// The members that HAR 1.2 requires of each part of an entry.
    private static let required: [(part: [String], members: [String])] = [
        ([], ["startedDateTime", "time", "request", "response", "cache", "timings"]),
        (
            ["request"],
            ["method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"]
        ),
        (["request", "postData"], ["mimeType", "text"]),
        (
            ["response"],
            [
                "status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize",
                "bodySize",
            ]
        ), (["response", "content"], ["size", "mimeType"]), (["timings"], ["send", "wait", "receive"]),
    ]

    @Test(arguments: 0...3)
    func `an archive is whole with any number of events`(count: Int) throws {
        var text = ExportText(.har)
        var whole = text.head
        for _ in 0..<count {
            // All of one notification: its attempts stand there once.
            whole += text.text(Self.event, attempts: text.isRepeated(Self.event) ? [] : Self.attempts)
        }
        whole += text.tail
        let log = try #require(try JSON(parsing: whole)["log"])
        #expect(log["version"] == "1.2" && log["creator"]?["name"] == "signalbox")
        let entries = try #require(log["entries"]?.array)
        #expect(entries.count == (count == 0 ? 0 : 2))
        for entry in entries {
            for (part, members) in Self.required {
                let value = part.reduce(Optional(entry)) { $0?[$1] }
                for member in members { #expect(value?[member] != nil, "\(part) \(member)") }
            }
        }
        guard let first = entries.first, let last = entries.last else { return }
        #expect(first["request"]?["queryString"] == [["name": "a", "value": "1"], ["name": "b", "value": ""]])
        #expect(first["request"]?["postData"]?["text"] == #"{"message":"Ü"}"#)
        #expect(first["response"]?["status"] == 500 && first["response"]?["content"]?["mimeType"] == "text/plain")
        #expect(last["response"]?["status"] == 0 && last["comment"] == "replay: timed out")
    }

    @Test func `leaving ends what is being exported, and no part of it is left`() async throws {
        let directory = try ScratchDirectory()
        let path = directory.path + "/events.ndjson"
        let exports = Exports()
        let (begun, hung) = (Gate(), Gate())
        let work = Task {
            guard var file = try? ExportFile(path) else { return }
            begun.open()
            try? await Gate().waitUnlessCancelled()
            file.abandon()
        }
        exports.begin(1, work)
        await begun.wait()
        await exports.endAll { try? await Gate().waitUnlessCancelled() }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
        // One that hears nothing keeps nobody.
        exports.begin(2, Task { await hung.wait() })
        await exports.endAll {}
        hung.open()
    }

    private func export(_ text: String, to path: String) throws {
        var file = try ExportFile(path)
        try file.write(text)
        try file.finish()
    }

    @Test func `a link is followed to its file`() throws {
        let directory = try ScratchDirectory()
        let (link, chain) = (directory.path + "/link", directory.path + "/chain")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "kept")
        try FileManager.default.createSymbolicLink(atPath: chain, withDestinationPath: link)
        // First to where nothing is yet, then over it.
        for (path, text) in [(link, "one"), (chain, "two")] {
            try export(text, to: path)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "kept")
            #expect(try String(contentsOfFile: directory.path + "/kept", encoding: .utf8) == text)
        }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: chain) == link)
        let loop = directory.path + "/loop"
        try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: "loop")
        #expect(throws: CommandFailure.self) { _ = try ExportFile(loop) }
        #expect(throws: CommandFailure.self) { _ = try ExportFile(directory.path) }
    }

    @Test func `a pipe and a device are written into and stay what they are`() throws {
        let directory = try ScratchDirectory()
        let fifo = directory.path + "/fifo"
        try #require(unsafe mkfifo(fifo, 0o600) == 0)
        // A dashboard does not stand still until somebody reads it.
        #expect(throws: CommandFailure.self) { _ = try ExportFile(fifo, waits: false) }
        let reader = unsafe open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        try #require(reader >= 0)
        defer { close(reader) }
        try export("into the pipe", to: fifo)
        var about = stat()
        try #require(unsafe lstat(fifo, &about) == 0)
        #expect(about.st_mode & S_IFMT == S_IFIFO)
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = unsafe read(reader, &bytes, bytes.count)
        #expect(count > 0 && String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "into the pipe")
        try export("nothing", to: "/dev/null")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["fifo"])
    }

    @Test func `a file that is there is replaced only where that is meant, a device is no such file`() throws {
        let directory = try ScratchDirectory()
        let path = try directory.write("before", to: "events.ndjson")
        let link = directory.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        for taken in [path, link] {
            #expect(ExportFile.isTaken(taken))
            #expect(throws: ExportFile.Exists.self) { _ = try ExportFile(taken, mayReplace: false) }
        }
        for free in ["/dev/null", directory.path + "/none", "/dev/stdout"] { #expect(!ExportFile.isTaken(free)) }
        var device = try ExportFile("/dev/null", mayReplace: false)
        try device.write("nothing")
        try device.finish()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 2)
    }

    @Test func `what the shell opened is written into where it stands, a descriptor of ours never`() throws {
        let directory = try ScratchDirectory()
        let path = try directory.write("before, ", to: "log")
        let (given, link) = (unsafe open(path, O_WRONLY | O_APPEND), directory.path + "/link")
        let own = unsafe open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        try #require(given >= 0 && own >= 0)
        defer {
            close(given)
            close(own)
        }
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/proc/self/fd/\(given)")
        try export("by a link, ", to: link)
        try export("by its name", to: "/dev/fd/\(given)")
        #expect(throws: CommandFailure.self) { _ = try ExportFile("/dev/fd/\(own)") }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "before, by a link, by its name")
        #expect(!ExportFile.isKept(at: link) && ExportFile.isKept(at: path))
    }

    @Test func `a file has its name only once it is whole`() throws {
        let directory = try ScratchDirectory()
        let path = try directory.write("before", to: "events.ndjson")
        var given = try ExportFile(path)
        try given.write(String(repeating: "half\n", count: 50_000))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
        given.abandon()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["events.ndjson"])
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
        var whole = try ExportFile(path)
        try whole.write("all\n")
        try whole.finish()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "all\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["events.ndjson"])
        #expect(throws: CommandFailure.self) { _ = try ExportFile(directory.path + "/none/events.csv") }
    }

    @Test func `two exports to one place at once are each whole, and the later one has it`() throws {
        let directory = try ScratchDirectory()
        let path = directory.path + "/events.ndjson"
        var first = try ExportFile(path)
        var second = try ExportFile(path)
        try first.write("first\n")
        try second.write("second\n")
        try first.finish()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "first\n")
        try second.finish()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "second\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["events.ndjson"])
    }
}

import Callbacks
import EngineAPI
import EngineTestSupport
import FoundationEssentials
import Gateway
import Glibc
import Logging
import Primitives
import Store
import TestSupport
import Testing

@testable import signalbox

struct DoctorTests {
    @Test func `files that others may read are named with the command that closes them`() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/data"
        _ = unsafe mkdir(path, 0o755)
        for (name, mode) in [("key", 0o644), ("credentials.json", 0o600)] {
            _ = FileManager.default.createFile(atPath: "\(path)/\(name)", contents: Data())
            _ = unsafe chmod("\(path)/\(name)", mode_t(mode))
        }
        let findings = DirectoryExamination(path, freeSpace: 0).findings
        #expect(
            findings.dropLast().map(\.sentence) == [
                "\(path) is open to other users; close it with `chmod 700 \(path)`.",
                "\(path)/key is open to other users; close it with `chmod 600 \(path)/key`.",
            ]
        )
        #expect(findings.dropLast().map(\.verdict) == [.warning, .failed])
        #expect(findings.last?.subject == "disk")
    }

    @Test func `a directory that isn't there is no fault, a file in its place is`() throws {
        let scratch = try ScratchDirectory()
        #expect(DirectoryExamination(scratch.path + "/none", freeSpace: 0).findings.map(\.verdict) == [.sound])
        let file = scratch.path + "/file"
        _ = FileManager.default.createFile(atPath: file, contents: Data())
        #expect(DirectoryExamination(file, freeSpace: 0).findings.map(\.verdict) == [.failed])
    }

    @Test func `where nothing was started yet it makes nothing`() async throws {
        let scratch = try ScratchDirectory()
        for path in [scratch.path + "/none", scratch.path] {
            var settings = Settings(dataDirectory: path)
            settings.receiver = HostPort(host: "127.0.0.1", port: 0)
            settings.management = HostPort(host: "127.0.0.1", port: 0)
            settings.freeSpace = 0
            let found = Locked<[Finding]>([])
            let examination = Examination(settings: settings, environment: ["HOME": "/nonexistent"], posts: false)
            let hasFailed = try await examination.run { finding in found.withLock { $0.append(finding) } }
            #expect(!hasFailed)
            let findings = found.withLock { $0 }
            #expect(findings.contains(.sound("store", "there is none yet; the first start makes it")))
            #expect(findings.suffix(2).map(\.subject) == ["receiver", "management"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
        }
    }

    @Test func `a token that may not ask for the objects is no fault of the instance`() {
        let scope = ClientError(.forbidden, "The token has the scope read; this needs operate.")
        let finding = InstanceExamination.finding(scope, "instance 1", "“Acme”: ")
        #expect(finding.verdict == .warning && finding.sentence.contains("needs operate"), "\(finding)")
        let down = InstanceExamination.finding(ClientError(.upstream, "The org is down."), "instance 1")
        #expect(down == .failed("instance 1", "The org is down."))
    }

    @Test func `what is said of a store means something to people`() async throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        try await SQLiteStore(directory: scratch.path, logger: .quiet).close()
        let findings = StoreExamination(Settings(dataDirectory: scratch.path)).findings
        #expect(findings.map(\.verdict) == [.sound])
        let sentence = findings.first?.sentence ?? ""
        #expect(sentence.hasPrefix("whole: 0 events, ") && sentence.hasSuffix(" MiB"), "\(sentence)")
    }

    @Test func `the configuration file that was read is named, wherever it is`() async throws {
        let scratch = try ScratchDirectory()
        let path = try scratch.write("log-level: debug\n", to: "mine.yaml")
        for name in [path, scratch.path + "/none.yaml"] {
            let file = try ConfigurationFile(path: name, isRequired: false)
            var settings = try Settings.resolve(
                options: [.dataDirectory: scratch.path + "/data"],
                environment: ["HOME": "/nonexistent"],
                file: file
            )
            settings.receiver = HostPort(host: "127.0.0.1", port: 0)
            settings.management = HostPort(host: "127.0.0.1", port: 0)
            settings.freeSpace = 0
            let found = Locked<[Finding]>([])
            let examination = Examination(settings: settings, environment: ["HOME": "/nonexistent"], posts: false)
            _ = try await examination.run { finding in found.withLock { $0.append(finding) } }
            let said = found.withLock { $0 }.first { $0.subject == "configuration" }?.sentence ?? ""
            #expect(said.contains("there is no configuration file") == (name != path), "\(said)")
            #expect(said.contains(name) == (name == path), "\(said)")
        }
    }

    @Test(arguments: [("signalbox.sqlite.restoring", "A restore"), ("key.next", "A change of the key")])
    func `what was ended midway is told, and left for the next start`(file: String, work: String) async throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        var settings = Settings(dataDirectory: scratch.path)
        settings.receiver = HostPort(host: "127.0.0.1", port: 0)
        settings.management = HostPort(host: "127.0.0.1", port: 0)
        settings.freeSpace = 0
        // As a node leaves it.
        _ = try Credentials.load(dataDirectory: scratch.path)
        try await SQLiteStore(directory: scratch.path, logger: .quiet).close()
        try scratch.write("half", to: file)
        _ = unsafe chmod(scratch.path + "/" + file, 0o600)
        let before = try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted()
        let found = Locked<[Finding]>([])
        let examination = Examination(settings: settings, environment: ["HOME": "/nonexistent"], posts: false)
        let hasFailed = try await examination.run { finding in found.withLock { $0.append(finding) } }
        #expect(!hasFailed)
        let sentence = "\(work) was ended midway; the next start of `signalbox serve` sees to it."
        #expect(found.withLock { $0 }.contains(.warning("store", sentence)))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == before)
    }

    @Test(arguments: [nil, String(repeating: "0c", count: 32)])
    func `a store whose key is missing or another one fails, as a start of it would`(_ key: String?) async throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        var settings = Settings(dataDirectory: scratch.path)
        settings.receiver = HostPort(host: "127.0.0.1", port: 0)
        settings.management = HostPort(host: "127.0.0.1", port: 0)
        settings.freeSpace = 0
        try await SQLiteStore(directory: scratch.path, logger: .quiet).close()
        func failures(_ key: String?) async throws -> [Finding] {
            let found = Locked<[Finding]>([])
            var environment = ["HOME": "/nonexistent"]
            environment["SIGNALBOX_KEY"] = key
            let examination = Examination(settings: settings, environment: environment, posts: false)
            _ = try await examination.run { finding in found.withLock { $0.append(finding) } }
            let all = found.withLock { $0 }
            #expect(all.contains { $0.subject == "instances" && $0.sentence.contains("after the next start") })
            return all.filter { $0.verdict == .failed }
        }
        #expect(try await failures(nil) == [])
        if key == nil { try FileManager.default.removeItem(atPath: scratch.path + "/key") }
        let before = try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted()
        let failed = try await failures(key)
        #expect(failed.map(\.subject) == ["key"])
        let wrong = "The key in SIGNALBOX_KEY does not open"
        let reason = key == nil ? "The key file \(scratch.path)/key is missing" : wrong
        #expect(failed.first?.sentence.hasPrefix(reason) == true, "\(failed)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == before)
    }

    @Test(
        arguments: [
            (511, 512, .failed), (512, 512, .warning), (2559, 512, .warning), (2560, 512, .sound),
            (5000, 6000, .failed), (0, 0, .failed), (1, 0, .warning), (2048, 0, .sound),
        ] as [(Int64, Int64, Finding.Verdict)]
    )
    func `free space is judged by the limit of the node`(_ free: Int64, _ least: Int64, _ verdict: Finding.Verdict) {
        let finding = DirectoryExamination.verdict(free: free << 20, least: least << 20)
        #expect(finding.verdict == verdict)
        #expect(finding.sentence.contains("--free-space") == (least > 0 && verdict != .sound))
    }

    @Test(
        arguments: [
            ("/data/signalbox", "nfs4"), ("/data", "nfs4"), ("/database", "ext4"), ("/with space/x", "cifs"),
            ("/top/x", "9p"),
        ]
    )
    func `a path is on the file system of the longest place above it`(_ path: String, _ kind: String) {
        let mounts = """
            /dev/vda / ext4 rw 0 0
            server:/export /data nfs4 rw 0 0
            //server/share /with\\040space cifs rw 0 0
            tmpfs /top tmpfs rw 0 0
            host /top 9p rw 0 0
            """
        #expect(DirectoryExamination.fileSystem(of: path, in: mounts) == kind)
    }

    @Test(
        arguments: [
            ([], .warning), ([0, 5], .sound), ([-59], .sound), ([60, 1], .warning), ([-299], .warning),
            ([2, -300], .failed), ([86_400], .failed),
        ] as [([Int64], Finding.Verdict)]
    )
    func `the clock that is furthest off counts`(_ ahead: [Int64], _ verdict: Finding.Verdict) {
        #expect(ClockExamination.verdict(ahead).map(\.verdict) == [verdict])
    }

    private static func clients(_ port: Int) throws -> Clients {
        let proxy = "127.0.0.1:\(port)"
        return try Clients(Settings(dataDirectory: "/nonexistent"), environment: ["HTTP_PROXY": proxy])
    }

    @Test func `a callback and a clock behind a proxy are looked at as the node asks them`() async throws {
        let answer = "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n"
        try await ScriptedServer.run({ _, _ in .answer(answer) }) { server, port in
            let clients = try Self.clients(port)
            let reached = await CallbackExamination.reached(
                "http://app.invalid/x",
                as: "callback",
                by: clients,
                AddressRule()
            )
            #expect(reached.verdict == .sound && reached.sentence.contains("proxy 127.0.0.1:\(port)"), "\(reached)")
            // Long ago, as the one that answered in the org's place says.
            let clock = await ClockExamination(["http://org.invalid"], clients).findings
            #expect(clock.map(\.verdict) == [.failed], "\(clock)")
            #expect(server.requests.first?.hasPrefix("CONNECT org.invalid:80 ") == true, "\(server.requests)")
        }
    }

    @Test func `a proxy that can't be reached is blamed, with the variables that name it`() async throws {
        let reached = await CallbackExamination.reached(
            "http://app.invalid/x",
            as: "callback",
            by: try Self.clients(1),
            AddressRule()
        )
        #expect(reached.verdict == .failed && reached.sentence.contains("HTTP_PROXY"), "\(reached)")
    }

    @Test(arguments: ["answered 401", "No answer within 15 s."])
    func `why a callback is held ends with one full stop`(_ reason: String) {
        let said = CallbackExamination.held(reason, 7)
        #expect(said.contains("\(reason.hasSuffix(".") ? reason : reason + ".") Release it with"), "\(said)")
        #expect(!said.contains(".."))
    }

    @Test func `a line says what, how and what to do; outside text can't steer the terminal`() {
        let finding = Finding.failed("instance 7", "The org said \u{1B}[31mno.")
        #expect(finding.line.hasPrefix("FAILED   instance 7  "))
        #expect(finding.line.hasSuffix("The org said ␛[31mno."))
        #expect(finding.json["verdict"]?.string == "failed")
    }
}

import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import Primitives
import Synchronization
import TestSupport
import Testing

/// The real program on a small disk of its own that is full again and again under load, where the machine allows to mount one.
@Suite(.programs, .timeLimit(.minutes(15)), .enabled(if: SmallDisk.isPossible))
struct DiskTests {
    /// What the posts were answered.
    private final class Answers: Sendable {
        struct Sorted {
            var taken: Set<Int> = []
            var refused: Set<Int> = []
            var others: [String] = []
        }

        private let last = Atomic<Int>(0)
        private let sorted = Locked(Sorted())

        var all: Sorted { sorted.withLock { $0 } }

        /// Posts one after the other until the task is cancelled.
        func post(to url: String) async {
            while !Task.isCancelled {
                let number = last.add(1, ordering: .relaxed).newValue
                let answer = await DiskTests.post(number, to: url)
                sorted.withLock { sorted in
                    switch answer {
                    case .success(202): sorted.taken.insert(number)
                    case .success(503): sorted.refused.insert(number)
                    case .success(let status): sorted.others.append("\(status)")
                    case .failure(let error): if !Task.isCancelled { sorted.others.append("\(error)") }
                    }
                }
            }
        }
    }

    /// With a limit, and without one: then the disk itself says when it is full.
    @Test(arguments: ["16MB", "0"])
    func `a full disk refuses, recovers, and loses nothing`(_ limit: String) async throws {
        let scratch = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let disk = try await SmallDisk.serve(in: scratch, megabytes: 64, options: ["--free-space", limit])
        let node = disk.node
        let api = try await ManagementAPI.running(in: disk.inside)
        let settings: [String: JSON] = ["event.vendor.type": "webhooks", "event.webhook.unsigned.allowed": true]
        let made = try await api.post("/instances", surroundings.instance(overriding: settings))
        let id = try #require(made["id"]?.integer)
        let told = try #require(try await api.get("/instances/\(id)/webhook")["receiverUrl"]?.string)
        let running = try JSON(parsing: FileManager.default.contents(atPath: disk.inside + "/running.json") ?? Data())
        // The port that it was given.
        let place = try #require(running["receiver"]?.string)
        let url = "http://\(place)" + (told.firstMatch(of: /\/elements.*/).map { String($0.output) } ?? "")

        let answers = Answers()
        func refusals() -> Int { answers.all.refused.count }
        func accepted() -> Int { answers.all.taken.count }
        let posting = Task {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { await answers.post(to: url) } }
            }
        }
        for _ in 0..<4 {
            let before = accepted()
            try await waitUntil("something is taken", seen: { node.diagnostics }) { accepted() > before + 20 }
            let sum = refusals()
            try disk.fill()
            try await waitUntil("something is refused", seen: { node.diagnostics }) { refusals() > sum + 10 }
            #expect(node.exitStatus == nil)
            try disk.empty()
        }
        let before = accepted()
        try await waitUntil("it goes on", seen: { node.diagnostics }) { accepted() > before + 20 }
        posting.cancel()
        await posting.value
        #expect(answers.all.others == [])
        // A copy is checked while it is made; what was acknowledged is in it, and nothing else.
        let copy = try await disk.run(["backup", scratch.path + "/copy.sqlite", "--data-dir", disk.mount])
        #expect(copy.status == 0, "\(copy.diagnostics)")
        let events = try #require(try JSON(parsing: copy.output)["events"]?.integer)
        #expect(Int(events) >= accepted() && Int(events) <= accepted() + 4, "four may have been under way at the end")
        node.child.signal(SIGTERM)
        #expect(try await node.child.exitStatus() == 0)
    }

    private static func post(_ number: Int, to url: String) async -> Result<UInt, any Error> {
        let digits = String(number)
        let id = "001" + String(repeating: "0", count: 12 - digits.count) + digits
        let filler = String(repeating: "A long text. ", count: 500)
        let body: JSON = [
            "operation": "insert", "object": "Account",
            "records": [
                [
                    "Id": .string(id), "Name": .string("Account \(number)"), "Description": .string(filler),
                    "SystemModstamp": "2026-11-23T18:00:05.000+0000",
                ]
            ],
        ]
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body.bytes))
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
            _ = try await response.body.collect(upTo: 1 << 20)
            guard response.status != .serviceUnavailable || response.headers.first(name: "Retry-After") != nil else {
                return .success(0)
            }
            return .success(response.status.code)
        } catch { return .failure(error) }
    }
}

/// A node whose data directory is a file system of a few megabytes that only its process sees.
private struct SmallDisk {
    struct Node: Sendable {
        let child: Child
        var diagnostics: String { child.diagnostics }
        var exitStatus: Int32? { child.status }
    }

    let node: Node
    /// As the process sees it.
    let mount: String
    /// As others do.
    let inside: String

    private static let isRoot = geteuid() == 0
    private static let unshare = isRoot ? ["-m"] : ["-rm"]

    static let isPossible: Bool = {
        let tools = ["/usr/bin/unshare", "/usr/bin/nsenter", "/bin/sh"]
        guard tools.allSatisfy({ FileManager.default.isExecutableFile(atPath: $0) }) else { return false }
        let script = "mount -t tmpfs -o size=1m tmpfs /mnt"
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = unshare + ["/bin/sh", "-c", script]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    static func serve(in scratch: ScratchDirectory, megabytes: Int, options: [String]) async throws -> SmallDisk {
        let mount = scratch.path + "/small"
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
        let script = "mount -t tmpfs -o size=\(megabytes)m,mode=700 tmpfs \"$0\" && exec \"$@\""
        let command = [
            Program.path, "serve", "--data-dir", mount, "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0",
        ]
        let child = try Child(
            unshare + ["/bin/sh", "-c", script, mount] + command + options,
            executable: "/usr/bin/unshare"
        )
        let disk = SmallDisk(
            node: Node(child: child),
            mount: mount,
            inside: "/proc/\(child.processID)/root" + mount
        )
        try await waitUntil("serve to be ready", seen: { child.diagnostics }) {
            FileManager.default.fileExists(atPath: disk.inside + "/running.json")
        }
        return disk
    }

    /// Nothing is left.
    func fill() throws {
        let file = unsafe open(inside + "/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw TimedOut(description: "the filler can't be made (\(errno))") }
        defer { close(file) }
        let bytes = [UInt8](repeating: 1, count: 1 << 16)
        while unsafe write(file, bytes, bytes.count) > 0 {}
    }

    func empty() throws { try FileManager.default.removeItem(atPath: inside + "/filler") }

    /// Runs a command where the disk can be seen.
    func run(_ arguments: [String]) async throws -> Program.Output {
        let place = ["-t", "\(node.child.processID)", "-m"] + (Self.isRoot ? [] : ["-U", "--preserve-credentials"])
        return try await Program.run(place + [Program.path] + arguments, executable: "/usr/bin/nsenter")
    }
}

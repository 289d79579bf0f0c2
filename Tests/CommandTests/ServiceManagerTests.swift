import Foundation
import Glibc
import Logging
import Primitives
import ServiceLifecycle
import Store
import TestSupport
import Testing

@testable import signalbox

/// What a service manager is told through its socket, and what is made of its variables.
@Suite(.timeLimit(.minutes(20)))
struct ServiceManagerTests {
    static let path: @Sendable () -> String = {
        FileManager.default.temporaryDirectory.path() + "sb-\(UUID().uuidString.prefix(8)).sock"
    }
    static let abstract: @Sendable () -> String = { "@signalbox-test-\(UUID().uuidString)" }

    static let ready = "READY=1\nSTATUS=At work"

    /// Runs a manager's service and hands its messages so far, which grow, to `body`; at the end all of them come back.
    private static func run(
        _ name: String,
        microseconds: String = "4000",
        isReady: @escaping @Sendable () async -> Void = {},
        isHealthy: @escaping @Sendable () -> Bool = { true },
        _ body: (_ seen: @escaping () -> [String]) async throws -> Void
    ) async throws -> [String] {
        let inbox = try #require(DatagramInbox(name))
        defer { if name.hasPrefix("/") { _ = unsafe unlink(name) } }
        let manager = ServiceManager(
            environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": microseconds],
            logger: .quiet,
            untilReady: isReady,
            isHealthy: isHealthy
        )
        let service = try #require(manager)
        let group = ServiceGroup(services: [service], logger: .quiet)
        var messages: [String] = []
        let running = Task { try await group.run() }
        try await body {
            messages += inbox.all()
            return messages
        }
        await group.triggerGracefulShutdown()
        // Nothing more is said after that.
        try await waitUntil("the end is told") {
            messages += inbox.all()
            return messages.last == "STOPPING=1"
        }
        try await running.value
        return messages + inbox.all()
    }

    @Test(arguments: [path, abstract])
    func `it hears that the program is ready, that it lives, and that it ends`(
        name: @Sendable () -> String
    ) async throws {
        let messages = try await Self.run(name()) { seen in
            try await waitUntil("three signs of life") { seen().count { $0 == "WATCHDOG=1" } >= 3 }
        }
        #expect(messages.first == Self.ready && messages.last == "STOPPING=1")
        #expect(messages.dropFirst().dropLast().allSatisfy { $0 == "WATCHDOG=1" })
    }

    @Test func `while something is overdue it hears nothing, and then again`() async throws {
        let state = Locked((isHealthy: false, asked: 0))
        let isHealthy: @Sendable () -> Bool = {
            state.withLock { state in
                state.asked += 1
                return state.isHealthy
            }
        }
        let messages = try await Self.run(Self.path(), isHealthy: isHealthy) { seen in
            try await waitUntil("it is asked often") { state.withLock { $0.asked } > 10 }
            #expect(seen() == [Self.ready])
            state.withLock { $0.isHealthy = true }
            try await waitUntil("it lives again") { seen().contains("WATCHDOG=1") }
        }
        #expect(messages.last == "STOPPING=1")
    }

    @Test func `it is not ready before the engine is`() async throws {
        let (isAsked, gate) = (Gate(), Gate())
        let messages = try await Self.run(Self.path(), microseconds: "") {
            isAsked.open()
            await gate.wait()
        } _: { seen in
            await isAsked.wait()
            #expect(seen().isEmpty)
            gate.open()
            try await waitUntil("it is told") { seen() == [Self.ready] }
        }
        #expect(messages == [Self.ready, "STOPPING=1"])
    }

    @Test func `one that is told to end before it was ready is never called ready`() async throws {
        let isAsked = Gate()
        let messages = try await Self.run(Self.path()) {
            isAsked.open()
            await Patience.end()
        } _: { _ in
            await isAsked.wait()
        }
        #expect(messages == ["STOPPING=1"])
    }

    @Test func `a socket that nobody reads any more holds nothing up`() async throws {
        let manager = ServiceManager(
            environment: ["NOTIFY_SOCKET": "/nonexistent/socket", "WATCHDOG_USEC": "2000"],
            logger: .quiet,
            untilReady: {},
            isHealthy: { true }
        )
        let service = try #require(manager)
        let group = ServiceGroup(services: [service], logger: .quiet)
        let running = Task { try await group.run() }
        await group.triggerGracefulShutdown()
        try await running.value
    }

    // MARK: The start

    @Test(arguments: [("4000", "\nWATCHDOG=1"), ("", "")])
    func `while the store is opened it hears, again and again, that this takes longer`(
        microseconds: String,
        life: String
    ) async throws {
        let name = Self.abstract()
        let inbox = try #require(DatagramInbox(name))
        let environment = ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": microseconds]
        let signs = try #require(StartSigns(environment: environment, pause: 2))
        signs.begin()
        var messages: [String] = []
        try await waitUntil("three signs") {
            messages += inbox.all()
            return messages.count >= 3
        }
        signs.end()
        #expect(Set(messages) == ["EXTEND_TIMEOUT_USEC=12000" + life])
        // And anew, where a node that stood by takes its turn.
        signs.begin()
        messages = []
        try await waitUntil("more of them") {
            messages += inbox.all()
            return messages.count >= 3
        }
        signs.end()
        #expect(StartSigns(environment: [:]) == nil)
    }

    @Test func `a store that is open asks once more, and one that is not opened in its time no more`() async throws {
        let name = Self.abstract()
        let inbox = try #require(DatagramInbox(name))
        let environment = ["NOTIFY_SOCKET": name]
        let signs = try #require(StartSigns(environment: environment, pause: 3_600_000))
        var count = 0
        func wait(for wanted: Int) async throws {
            try await waitUntil("\(wanted) of them") {
                count += inbox.all().count
                return count >= wanted
            }
        }
        signs.begin()
        try await wait(for: 1)
        signs.opened()
        try await wait(for: 2)
        let isOver = Locked(false)
        let hanging = StartSigns(environment: environment, pause: 2, limit: 7) { isOver.withLock { $0 = true } }
        try #require(hanging).begin()
        try await waitUntil("its time to be over") { isOver.withLock { $0 } }
        // At most at 0, 2, 4 and 6 ms.
        #expect(count + inbox.all().count <= 6)
    }

    @Test(arguments: ["README.md", "Sources/signalbox/Signalbox.docc/Operation.md"])
    func `a unit gives the start the time that it takes`(document: String) throws {
        let blocks = try SourceTree.text(of: document).components(separatedBy: "```")
        let units = blocks.filter { $0.hasPrefix("ini\n") && $0.contains("Type=notify\n") }
        #expect(!units.isEmpty && units.allSatisfy { $0.contains("\nTimeoutStartSec=infinity\n") })
    }

    // MARK: Variables

    private static func interval(_ environment: [String: String]) -> (manager: ServiceManager?, log: [String]) {
        let lines = LogLines()
        let manager = ServiceManager(
            environment: environment,
            processID: 42,
            logger: lines.logger,
            untilReady: {},
            isHealthy: { true }
        )
        return (manager, lines.all)
    }

    @Test(
        arguments: [
            ([:], nil), (["WATCHDOG_USEC": ""], nil), (["WATCHDOG_USEC": "60000000"], .seconds(30)),
            (["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "42"], .seconds(30)),
            (["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "41"], nil),
            (["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": ""], .seconds(30)),
            (["WATCHDOG_USEC": "9223372036854775807"], .microseconds(4_611_686_018_427_387_903)),
        ] as [([String: String], Duration?)]
    )
    func `signs of life come each half of the time that is asked for, by the process that is meant`(
        variables: [String: String],
        interval: Duration?
    ) throws {
        let (manager, log) = Self.interval(variables.merging(["NOTIFY_SOCKET": "@x"]) { $1 })
        #expect(try #require(manager).interval == interval)
        #expect(log.isEmpty)
    }

    @Test(arguments: [
        ["WATCHDOG_USEC": "soon"], ["WATCHDOG_USEC": "-1"], ["WATCHDOG_USEC": "0"], ["WATCHDOG_USEC": "1999"],
        ["WATCHDOG_USEC": "9223372036854775808"], ["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "me"],
    ])
    func `a time that can't be understood is told, and readiness is told all the same`(variables: [String: String])
        throws
    {
        let (manager, log) = Self.interval(variables.merging(["NOTIFY_SOCKET": "@x"]) { $1 })
        #expect(try #require(manager).interval == nil)
        #expect(log.count == 1 && log.first?.hasPrefix("WATCHDOG_") == true && log.first?.hasSuffix(".") == true)
    }

    @Test(arguments: [
        "socket", "./socket", "@", "/", "vsock:2:1234", "@" + String(repeating: "x", count: 108),
        "/" + String(repeating: "x", count: 107), "/tmp/a\0b",
    ])
    func `a socket that can't be one is told, and nothing is sent`(name: String) {
        let (manager, log) = Self.interval(["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "60000000"])
        #expect(manager == nil)
        #expect(log.count == 1 && log.first?.hasPrefix("NOTIFY_SOCKET ") == true)
    }

    @Test(arguments: ["@" + String(repeating: "x", count: 107), "/" + String(repeating: "x", count: 106)])
    func `the longest names are names`(name: String) {
        let (manager, log) = Self.interval(["NOTIFY_SOCKET": name])
        #expect(manager != nil && log.isEmpty)
    }

    @Test func `a node waits for the command that has its directory, and for no other node`() async throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        let lines = LogLines()
        let (data, path) = (directory.path, directory.path + "/lock")
        @Sendable func opened(_ patience: Duration) -> Result<DirectoryLock, any Error> {
            Result {
                try CommandWait(dataDirectory: data, patience: patience, logger: lines.logger).open {
                    try DirectoryLock(path: path)
                }
            }
        }
        func kind(_ opened: Result<DirectoryLock, any Error>) -> StoreError.Kind? {
            if case .failure(let error) = opened { (error as? StoreError)?.kind } else { nil }
        }
        var lock: DirectoryLock? = try DirectoryLock(path: path)
        let impatient = await offThread { opened(.zero) }
        #expect(kind(impatient) == .locked)
        #expect(lines.all.isEmpty)
        let place = HostPort(host: "127.0.0.1", port: 1)
        var record = RunningRecord(processID: getpid(), management: place, receiver: place)
        record.token = DirectoryLock.holder(of: directory.path)?.token
        try record.write(dataDirectory: directory.path)
        let second = await offThread { opened(.seconds(3600)) }
        #expect(kind(second) == .locked)
        RunningRecord.remove(dataDirectory: directory.path)
        let opening = Task { await offThread { opened(.seconds(3600)) } }
        try await waitUntil("the command to be waited for") { lines.all.contains { $0.contains("a command's end") } }
        withExtendedLifetime(lock) {}
        lock = nil
        let next = await opening.value
        #expect(kind(next) == nil)
    }

    @Test func `where a node listens is written as soon as that can be`() async throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        let (data, path) = (directory.path, directory.path + "/running.json")
        // In its place, so that it can't be written, by root either.
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let lines = LogLines()
        let writer = RunningRecordWriter(
            dataDirectory: data,
            socket: nil,
            logger: lines.logger,
            pause: .milliseconds(1)
        ) { _, _ in }
        let group = ServiceGroup(services: [writer], logger: .quiet)
        let running = Task { try await group.run() }
        let place = HostPort(host: "127.0.0.1", port: 1)
        await writer.set(management: place)
        await writer.set(receiver: place)
        #expect(lines.all.contains { $0.contains(path) } && RunningRecord.read(dataDirectory: data) == nil)
        try FileManager.default.removeItem(atPath: path)
        try await waitUntil("it to be written") { RunningRecord.read(dataDirectory: data)?.management == place }
        await group.triggerGracefulShutdown()
        try await running.value
    }

    @Test(arguments: ["README.md", "Sources/signalbox/Signalbox.docc/Operation.md"])
    func `every unit is begun anew however often it ended`(_ document: String) throws {
        let units = try SourceTree.text(of: document).components(separatedBy: "```").filter {
            $0.contains("Restart=always")
        }
        #expect(!units.isEmpty)
        for unit in units {
            // That one belongs to the unit, and nowhere else.
            let sections = unit.components(separatedBy: "[Service]")
            #expect(sections.count == 2 && sections[0].contains("[Unit]\n"), "\(unit)")
            #expect(sections.first?.contains("StartLimitIntervalSec=0\n") == true, "\(unit)")
            #expect(sections.last?.contains("RestartSec=2\n") == true, "\(unit)")
        }
    }

    @Test(arguments: [[:], ["NOTIFY_SOCKET": ""], ["WATCHDOG_USEC": "60000000"]])
    func `without a socket nobody is told, and nothing is said of it`(variables: [String: String]) {
        let (manager, log) = Self.interval(variables)
        #expect(manager == nil && log.isEmpty)
    }
}

#if PostgreSQL
import Primitives
import Domain
import EngineTestSupport
import Foundation
import Glibc
import TestSupport
import Testing

/// A `serve` that its surroundings treat badly, and that is started again whenever it ends, as by a service manager.
final class TroubledNode: Sendable {
    /// One process of it.
    struct Life: Sendable {
        let process: Int32
        /// Seconds since 1970.
        let began: Double
        var ended: Double?
    }

    private struct State {
        var child: Child?
        var lives: [Life] = []
        var secondsOff = 0
        var clockSet = 0.0
        var mayEnd = false
        var diagnostics: [String] = []
    }

    let name: String
    let path: String
    let proxy: TCPProxy
    private let clock: FakeClock?
    private let environment: [String: String]
    private let onStart: @Sendable (Int32) -> Void
    private let state = Locked(State())

    init(
        _ name: String,
        in directory: String,
        store: String,
        proxy: TCPProxy,
        clock: FakeClock?,
        onStart: @escaping @Sendable (Int32) -> Void
    ) {
        self.name = name
        path = directory + "/" + name
        self.proxy = proxy
        self.clock = clock
        self.onStart = onStart
        environment = ["SIGNALBOX_STORE": store, "SIGNALBOX_KEY": PostgresDatabase.key.exposed]
            .merging(clock?.environment ?? [:]) { $1 }
    }

    var lives: [Life] { state.withLock { $0.lives } }
    var child: Child? { state.withLock { $0.child } }
    var hasClock: Bool { clock != nil }
    /// What all its processes have said.
    var diagnostics: String {
        let (before, child) = state.withLock { ($0.diagnostics, $0.child) }
        return (before + [child?.diagnostics ?? ""]).joined(separator: "\n---\n")
    }

    /// Whether its clock is wrong, or was a few seconds ago.
    var hasWrongClock: Bool {
        state.withLock { $0.secondsOff != 0 || $0.clockSet > Date.now.timeIntervalSince1970 - 5 }
    }

    func setClock(bySeconds seconds: Int) throws {
        state.withLock { ($0.secondsOff, $0.clockSet) = (seconds, Date.now.timeIntervalSince1970) }
        try clock?.set(bySeconds: seconds)
    }

    /// Others may take it for dead, so that it ends.
    func allowEnd() { state.withLock { $0.mayEnd = true } }
    func requireStay() { state.withLock { $0.mayEnd = false } }

    func signal(_ number: Int32) { child?.signal(number) }

    private func begin() throws -> Child {
        let serve = [
            "serve", "--node", name, "--data-dir", path, "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0",
            "--retry-schedule", "1s,1s,1s,1s,1s,1s,1s,1s",
        ]
        let child = try Child(
            (clock?.command ?? []) + serve,
            environment: environment,
            executable: clock == nil ? Program.path : "/usr/bin/env"
        )
        onStart(child.processID)
        state.withLock { state in
            state.child = child
            state.lives.append(Life(process: child.processID, began: Date.now.timeIntervalSince1970))
        }
        return child
    }

    /// Waits for the end of its process.
    @discardableResult
    func end() async throws -> Int32 {
        guard let child else { return 0 }
        let status = try await child.exitStatus()
        state.withLock { state in
            state.child = nil
            state.diagnostics.append(child.diagnostics)
            if let last = state.lives.indices.last, state.lives[last].ended == nil {
                state.lives[last].ended = Date.now.timeIntervalSince1970
            }
        }
        return status
    }

    /// Starts it until it listens: the database may be away meanwhile.
    func start() async throws {
        try await waitUntil("\(name) to be ready", within: 120, seen: { self.diagnostics }) {
            if child == nil { _ = try begin() }
            guard let child else { return false }
            if child.status != nil {
                try await end()
                return false
            }
            return child.diagnostics.contains("Ready: webhooks at")
        }
    }

    /// Looks whether it still runs, and starts it again where it may have ended; else that is an issue.
    func supervise() async throws {
        guard let child, let status = child.status else { return }
        let isTakenForDead = child.diagnostics.contains("Another node has taken over")
        let may = state.withLock { $0.mayEnd }
        if !(may && status == 1 && isTakenForDead) {
            Issue.record("\(name) ended with \(status): \(child.diagnostics.suffix(3000))")
        }
        try await end()
        try await start()
    }

    /// That of its process now.
    func api() async throws -> ManagementAPI {
        try await waitUntil("\(name) to say where it is", within: 60, seen: { self.diagnostics }) {
            let api = try await ManagementAPI.running(in: path)
            return api.processID == child?.processID ? api : nil
        }
    }
}
#endif

import AsyncHTTPClient
import Domain
import FoundationEssentials
import Gateway
import Logging
import Store

/// A way to the engine for one command: the node that `--attach` names, the process that holds the data directory, or an
/// engine of its own.
///
/// All are reached through the same management API, so a command can't tell them apart.
struct EngineAccess: Sendable {
    /// What a command asks of the engine where no other process has one.
    enum Need: Sendable {
        /// It only reads, or removes: nothing is polled or sent meanwhile.
        case atRest
        /// It polls, connects or sends: the engine works for as long as the command does.
        case atWork
        /// The same, and a browser comes back to the management listener's own port.
        case atWorkForBrowser
        /// It makes sense beside another process only.
        case otherProcess
    }

    private enum Used {
        case own(EngineNode)
        case beside(RunningRecord)
    }

    private let settings: Settings
    private let need: Need
    /// Whether it may be the first to use the directory.
    private let makesStore: Bool

    init(_ settings: Settings, _ need: Need, makesStore: Bool = false) {
        self.settings = settings
        self.need = need
        self.makesStore = makesStore
    }

    /// Runs a command's work with a client; the main thread waits for it.
    func use(_ work: @escaping @Sendable @concurrent (ManagementClient) async throws -> Void) throws {
        let access = self
        try waiting { try await access.connect(work) }
    }

    private func connect(_ work: @escaping @Sendable @concurrent (ManagementClient) async throws -> Void) async throws {
        if let attached = try AttachedNode.elsewhere(settings, environment: ProcessInfo.processInfo.environment) {
            let http = attached.httpClient()
            let result: Result<Void, any Error>
            do {
                try await work(ManagementClient(try attached.address(), http: http))
                result = .success(())
            } catch {
                result = .failure(error)
            }
            try await http.shutdown()
            return try result.get()
        }
        if need == .otherProcess, !DirectoryLock.isHeld(in: settings.dataDirectory) {
            // Else it may be held all the same.
            _ = try DataDirectory.hasStore(in: settings.dataDirectory)
            throw noProcess
        }
        if !makesStore { try settings.requireStore() }
        let node: EngineNode
        switch try await used() {
        case .own(let own): node = own
        case .beside(let record):
            let client = ManagementClient(
                baseURL: record.url,
                socket: record.socket.map(LocalSocket.usable),
                credentials: try Credentials.load(dataDirectory: settings.dataDirectory)
            )
            return try await work(client)
        }
        guard need != .otherProcess else {
            await node.close()
            throw noProcess
        }
        switch need {
        case .atWorkForBrowser: try await node.serveOnce(isRunning: true, at: settings.management, work)
        case .atWork: try await node.serveOnce(isRunning: true, work)
        case .atRest, .otherProcess: try await node.serveOnce(isRunning: false, work)
        }
    }

    private var noProcess: CommandFailure {
        CommandFailure(
            "No signalbox runs on \(settings.dataDirectory); start one with `signalbox serve`, or name its --data-dir."
        )
    }

    /// An own engine, or that of the process which has the data directory; one that starts is waited for, and so is the end of
    /// another command.
    private func used() async throws -> Used {
        let end = ContinuousClock.now.advanced(by: Attachment.patience)
        while true {
            do {
                return .own(try EngineNode.open(settings, listens: false, logger: .diagnostics(.error)))
            } catch let error as StoreError where error.kind == .locked {
                do throws(CommandFailure) {
                    return .beside(try RunningRecord.ofHolder(of: settings.dataDirectory))
                } catch {
                    guard ContinuousClock.now < end else { throw error }
                }
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

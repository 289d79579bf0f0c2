import Domain
import Gateway
import Logging
import Primitives
import ServiceLifecycle
import Store

/// Keeps a node's copy of the secrets and tokens as the database has them.
final class CredentialKeeper: Service {
    /// What the database has, by name.
    private let shared: @Sendable () async throws -> [String: [UInt8]]
    private let dataDirectory: String
    private let logger: Logger
    /// One at a time, so that nothing older is copied over what is newer.
    private let turn = AsyncSemaphore(1)
    private let isAnswering = Locked(true)
    private let renewed = Locked<ContinuousClock.Instant?>(nil)
    private let bells: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    /// Between two looks where no node says that there is anything.
    private static let pause = Duration.seconds(2)
    /// Between two looks for secrets that are not known here, however many are tried.
    private static let renewalPause = Duration.seconds(1)

    init(
        shared: @escaping @Sendable () async throws -> [String: [UInt8]],
        dataDirectory: String,
        logger: Logger
    ) {
        self.shared = shared
        self.dataDirectory = dataDirectory
        self.logger = logger
        (bells, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// They were changed a moment ago.
    func ring() { bell.yield() }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await self.lookAgain() }
                group.addTask { for await _ in self.bells { await self.refresh() } }
            }
        }
    }

    /// For a secret that is not known here and may have been made at another node a moment ago.
    func renew() async { await refresh(isRenewal: true) }

    private func lookAgain() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: Self.pause, tolerance: .milliseconds(500)) } catch { return }
            await refresh()
        }
    }

    private func refresh(isRenewal: Bool = false) async {
        do {
            try await turn.use {
                // Looked at in the turn, so that whoever came while another one looked has its outcome.
                if isRenewal, !beginsRenewal() { return }
                let files = try await shared()
                if !files.isEmpty { try Credentials.install(files, in: dataDirectory) }
            }
            isAnswering.withLock { $0 = true }
        } catch {
            if Task.isCancelled { return }
            let wasAnswering = isAnswering.withLock { isAnswering in
                defer { isAnswering = false }
                return isAnswering
            }
            // Once is enough: the store says by itself that it can't be reached.
            if wasAnswering { logger.warning("Secrets and tokens stay as they were: \(ErrorSentence.text(error))") }
        }
    }

    /// Whether the last renewal is long enough ago; then the next one counts from now.
    private func beginsRenewal() -> Bool {
        let now = ContinuousClock.now
        return renewed.withLock { renewed in
            if let last = renewed, now - last < Self.renewalPause { return false }
            renewed = now
            return true
        }
    }
}

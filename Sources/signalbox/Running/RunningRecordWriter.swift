import Callbacks
import Glibc
import Logging
import ServiceLifecycle
import Store

/// Writes the running record once both listeners are bound, and again, with the node's life, where that can't be done yet: on
/// a full disk a node starts all the same, and is to be reached then above all.
actor RunningRecordWriter: Service {
    private let dataDirectory: String
    private let logger: Logger
    private let pause: Duration
    private let onBound: @Sendable (_ receiver: HostPort, _ management: HostPort) -> Void
    private let callbackRule: AddressRule
    /// Nil where there is none, and no TLS.
    private let socket: String?
    private var isSocketBound = false
    private var management: HostPort?
    private var receiver: HostPort?
    private let unwritten: AsyncStream<RunningRecord>
    private let onFailure: AsyncStream<RunningRecord>.Continuation

    init(
        dataDirectory: String,
        socket: String?,
        callbackRule: AddressRule = AddressRule(),
        logger: Logger,
        pause: Duration = .seconds(1),
        onBound: @escaping @Sendable (_ receiver: HostPort, _ management: HostPort) -> Void
    ) {
        self.dataDirectory = dataDirectory
        self.socket = socket
        self.callbackRule = callbackRule
        self.logger = logger
        self.pause = pause
        self.onBound = onBound
        (unwritten, onFailure) = AsyncStream.makeStream(of: RunningRecord.self)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await record in self.unwritten { await self.keepWriting(record) }
        }
    }

    func set(management: HostPort) {
        self.management = management
        write()
    }

    func set(receiver: HostPort) {
        self.receiver = receiver
        write()
    }

    func setSocketBound() {
        isSocketBound = true
        write()
    }

    private func write() {
        guard let management, let receiver, socket == nil || isSocketBound else { return }
        onBound(receiver, management)
        let isSecure = socket != nil
        let record = RunningRecord(
            processID: getpid(),
            management: management,
            receiver: receiver,
            isSecure: isSecure,
            socket: socket,
            token: DirectoryLock.holder(of: dataDirectory)?.token,
            callbackRule: callbackRule
        )
        do throws(CommandFailure) { try record.write(dataDirectory: dataDirectory) } catch {
            logger.error("\(error.message) Until then commands and dashboards do not find this node.")
            onFailure.yield(record)
        }
        let (webhooks, api) = (receiver.url(isSecure: isSecure), record.url)
        logger.notice("Ready: webhooks at \(webhooks), management API at \(api)")
    }

    private func keepWriting(_ record: RunningRecord) async {
        while true {
            do { try await Task.sleep(for: pause, tolerance: .milliseconds(500)) } catch { return }
            do throws(CommandFailure) { return try record.write(dataDirectory: dataDirectory) } catch { continue }
        }
    }
}

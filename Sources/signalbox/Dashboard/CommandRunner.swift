import Domain
import EngineAPI
import Interface
import Terminal

/// Does what the dashboard wants of the engine, in tasks, and posts what came of it.
struct CommandRunner: Sendable {
    /// How long one question about an authorization may stay open.
    private static let patience: Int64 = 60_000
    /// Events counted one by one at most; of more a person is told that there are more.
    private static let mostCounted: Int64 = 50_000

    let client: any EngineClient
    let browser: BrowserLauncher
    let inbox: Inbox<DashboardLoop.News>
    private let searches = Searches()
    private let exports = Exports()

    init(client: any EngineClient, browser: BrowserLauncher, inbox: Inbox<DashboardLoop.News>) {
        self.client = client
        self.browser = browser
        self.inbox = inbox
    }

    /// Starts a command; those that only the screen can do are not its business.
    func run(_ command: Command) {
        let runner = self
        switch command {
        case .export(let order): return export(order)
        case .cancelExport(let number): return exports.cancel(number)
        default: break
        }
        let work = Task {
            let answer = await Actor.$current.withValue(TerminalUser.actor) { await runner.answer(to: command) }
            guard let answer else { return }
            runner.inbox.post(.message(answer))
        }
        searches.begin(command, work)
    }

    /// Leaves nothing half done behind, once the screen was given back.
    func leave() {
        let exports = exports
        try? waiting { await exports.endAll() }
    }

    private func export(_ order: ExportOrder) {
        let (inbox, exports) = (inbox, exports)
        let work = DashboardExport(client: client, order: order)
        let task = Task {
            let ending = await work.run { inbox.post(.message(.exportProgress(order.number, $0))) }
            exports.end(order.number)
            inbox.post(.message(.exported(order.number, ending)))
        }
        exports.begin(order.number, task)
    }

    @concurrent private func answer(to command: Command) async -> Message? {
        switch command {
        case .loadInstances: .instances(await result { try await client.instances() })
        case .loadPage(let token, let page): .page(token: token, await result { try await client.events(page) })
        case .loadMarks(let token, let page):
            .marks(token: token, await result { try await client.events(page).events })
        case .loadCounts(let token, let filter):
            .counts(token: token, await result { try await client.counts(filter, limit: Self.mostCounted) })
        case .loadFailures(let token, let id): .failures(token: token, await result { try await client.failures(id) })
        case .loadAudit(let token, let before, let limit):
            .audit(token: token, await result { try await client.auditEntries(before: before, limit: limit) })
        case .loadHistogram(let use, let token, let request):
            .histogram(use, token: token, await result { try await client.histogram(request) })
        case .loadActivity(let token, let id, let since):
            .activity(token: token, await result { try await client.activity(id, since: since) })
        case .loadStatistics(let token, let id):
            .statistics(token: token, id, await result { try await client.statistics(of: id) })
        case .loadDetail(let sequence):
            .detail(sequence: sequence, await result { try await client.event(sequence: sequence) })
        case .describeObjects(let id): .objects(id, await result { try await client.describeObjects(id) })
        case .create(let request, let draft):
            .saved(request: request, nil, await result { try await client.createInstance(draft) })
        case .update(let request, let id, let draft):
            .saved(request: request, id, await result { try await client.updateInstance(id, draft) })
        case .deleteInstance(let id): .deleted(id, await result { try await client.deleteInstanceReporting(id) })
        case .setEnabled(let id, let enabled):
            .switched(id, await result { try await client.setEnabled(id, enabled) })
        case .pollNow(let id): .polled(id, await result { try await client.poll(id) })
        case .resumeCallback(let id): .resumed(id, await done { try await client.resumeCallback(id) })
        case .holdCallback(let id): .held(id, await done { try await client.holdCallback(id, reason: nil) })
        case .changeBacklogs(let id, let change):
            .backlogsChanged(id, change, await done { try await client.changeBacklogs(id, change, object: nil) })
        case .replay(let sequence, let eventID, let options):
            .replayed(sequence: sequence, await result { try await client.replay(eventID: eventID, options: options) })
        case .signRequest(let eventID):
            .signed(eventID: eventID, await result { try await client.signedRequest(eventID: eventID) })
        case .testCallback(let url, let key, let instance):
            .tested(
                url: url,
                await result { try await client.testCallback(url: url, signatureKey: key, instance: instance) }
            )
        case .previewReplays(let token, let id, let filter):
            .replayPreview(token: token, await result { try await client.previewReplays(id, filter: filter) })
        case .createReplays(let request, let id, let filter, let rate):
            .replaysCreated(
                request: request,
                await result { try await client.createReplayJob(id, filter: filter, rate: rate) }
            )
        case .loadReplays(let token, let id): .replays(token: token, await result { try await client.replayJobs(id) })
        case .changeReplay(let id, let isPaused, let rate):
            .replayChanged(await result { try await client.changeReplayJob(id, isPaused: isPaused, rate: rate) })
        case .cancelReplay(let id): .replayChanged(await result { try await client.cancelReplayJob(id) })
        case .loadApex(let id): .apex(id, await result { try await client.apexStatus(id) })
        case .runApex(let id, let work, let allowed):
            .apexEnded(id, work, await runApex(id, work, allowProduction: allowed))
        case .exportApex(let request, let id, let folder):
            .apexExported(request: request, await result { try await exportApex(id, to: folder) })
        case .rotateSecret(let id): .secretRotated(id, await result { try await client.rotateReceiverSecret(id) })
        case .beginAuthorization(let token, let configuration, let id):
            .authorizationBegun(
                token: token,
                await result { try await client.beginAuthorization(configuration, for: id) }
            )
        case .awaitAuthorization(let state):
            .authorization(
                state: state,
                await result { try await client.authorization(state, waiting: Self.patience) }
            )
        case .completeAuthorization(let state, let reply):
            .authorizationReply(
                state: state,
                await result { try await client.completeAuthorization(state, reply: reply) }
            )
        case .cancelAuthorization(let state):
            await nothing { try await client.cancelAuthorization(state) }
        case .open(let address): .opened(await done { try await browser.open(address) })
        case .readKey(let path): .keyRead(path: path, await result { try KeyFile.read(path) })
        case .export, .cancelExport, .copy, .edit, .setTheme, .remember, .redraw, .suspend, .quit: nil
        }
    }

    private func result<Value: Sendable>(_ work: () async throws -> Value) async -> Result<Value, Failure> {
        do {
            return .success(try await work())
        } catch {
            return .failure(Failure(error))
        }
    }

    /// For what nobody waits to hear of.
    private func nothing(_ work: () async throws -> Void) async -> Message? {
        try? await work()
        return nil
    }

    private func done(_ work: () async throws -> Void) async -> Result<Done, Failure> {
        await result {
            try await work()
            return Done()
        }
    }
}

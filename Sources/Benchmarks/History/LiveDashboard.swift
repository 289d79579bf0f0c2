import Domain
import Drawing
import Engine
import EngineAPI
import Interface
import Primitives

/// The dashboard over an engine in this process, drawn into memory: the loop of the program without its terminal.
struct LiveDashboard {
    enum News: Sendable {
        case message(Message)
        case key(Key, at: ContinuousClock.Instant)
    }

    private static let frameTime = Duration.milliseconds(33)

    private var dashboard: Dashboard
    private let engine: Engine
    let inbox = LiveInbox()
    private let clock = ContinuousClock()
    private var drawnAt: ContinuousClock.Instant
    private var timer: (moment: Timestamp, task: Task<Void, Never>)?
    /// Questions that are not answered yet.
    private var open = 0
    /// Milliseconds from each key to the frame that shows it.
    private(set) var latencies: [Double] = []
    private(set) var frames = 0

    init(_ engine: Engine) {
        dashboard = Dashboard(DashboardSettings(size: Size(width: 140, height: 40)), now: .now())
        self.engine = engine
        drawnAt = clock.now
    }

    /// Draws the first screen and returns once everything on it is known.
    mutating func start() async {
        update(.start)
        for await _ in inbox.bells {
            handle(inbox.drain())
            if open == 0 { break }
        }
        draw()
    }

    /// Goes on until somebody closes the inbox.
    mutating func run() async {
        for await _ in inbox.bells { handle(inbox.drain()) }
        timer?.task.cancel()
    }

    /// Keys that wait make one update and one frame, as in the program.
    private mutating func handle(_ all: [News]) {
        var keys: [Key] = []
        var pressed: [ContinuousClock.Instant] = []
        for news in all {
            guard case .key(let key, let moment) = news else { continue }
            keys.append(key)
            pressed.append(moment)
        }
        if !keys.isEmpty { update(.inputs(keys.map { .key($0) })) }
        for news in all {
            guard case .message(let message) = news else { continue }
            switch message {
            case .page, .counts, .instances, .activity, .detail: open -= 1
            default: break
            }
            update(message)
            if case .notice = message { inbox.handledNotice() }
        }
        if keys.isEmpty, clock.now - drawnAt < Self.frameTime { return drawLater() }
        draw()
        for moment in pressed {
            let elapsed = (clock.now - moment).components
            latencies.append(Double(elapsed.seconds) * 1000 + Double(elapsed.attoseconds) / 1e15)
        }
    }

    private func drawLater() {
        let (inbox, wait) = (inbox, Self.frameTime - (clock.now - drawnAt))
        guard inbox.beginWaiting() else { return }
        Task {
            try? await Task.sleep(for: wait)
            inbox.endWaiting()
        }
    }

    private mutating func draw() {
        _ = dashboard.frame()
        frames += 1
        drawnAt = clock.now
    }

    private mutating func update(_ message: Message) {
        for command in dashboard.update(message, at: .now()) { run(command) }
        guard let deadline = dashboard.nextDeadline, deadline != timer?.moment else { return }
        timer?.task.cancel()
        let inbox = inbox
        let task = Task {
            do { try await Task.sleep(for: .milliseconds(max(0, deadline.since(.now())))) } catch { return }
            inbox.post(.message(.tick))
        }
        timer = (deadline, task)
    }

    private mutating func run(_ command: Command) {
        switch command {
        case .loadInstances, .loadPage, .loadCounts, .loadActivity, .loadDetail: open += 1
        default: return
        }
        let (engine, inbox) = (engine, inbox)
        Task {
            guard let answer = await Self.answer(to: command, engine) else { return }
            inbox.post(.message(answer))
        }
    }

    private static func answer(to command: Command, _ engine: Engine) async -> Message? {
        switch command {
        case .loadInstances: .instances(await result { try await engine.instances() })
        case .loadPage(let token, let page): .page(token: token, await result { try await engine.events(page) })
        case .loadCounts(let token, let filter):
            .counts(token: token, await result { try await engine.counts(filter, limit: 50_000) })
        case .loadActivity(let token, let id, let since):
            .activity(token: token, await result { try await engine.activity(id, since: since) })
        case .loadDetail(let sequence):
            .detail(sequence: sequence, await result { try await engine.event(sequence: sequence) })
        default: nil
        }
    }

    private static func result<Value: Sendable>(_ body: () async throws -> Value) async -> Result<Value, Failure> {
        do { return .success(try await body()) } catch { return .failure(Failure(error)) }
    }
}

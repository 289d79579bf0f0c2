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
    private let inbox: AsyncStream<News>
    let post: AsyncStream<News>.Continuation
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
        (inbox, post) = AsyncStream.makeStream()
    }

    /// Draws the first screen and returns once everything on it is known.
    mutating func start() async {
        update(.start)
        for await news in inbox {
            handle(news)
            if open == 0 { break }
        }
        draw()
    }

    /// Goes on until somebody finishes `post`.
    mutating func run() async {
        for await news in inbox { handle(news) }
        timer?.task.cancel()
    }

    private mutating func handle(_ news: News) {
        switch news {
        case .message(let message):
            switch message {
            case .page, .counts, .instances, .activity, .detail: open -= 1
            default: break
            }
            update(message)
            if clock.now - drawnAt >= Self.frameTime { draw() }
        case .key(let key, let pressed):
            update(.inputs([.key(key)]))
            draw()
            let elapsed = (clock.now - pressed).components
            latencies.append(Double(elapsed.seconds) * 1000 + Double(elapsed.attoseconds) / 1e15)
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
        let post = post
        let task = Task {
            do { try await Task.sleep(for: .milliseconds(max(0, deadline.since(.now())))) } catch { return }
            post.yield(.message(.tick))
        }
        timer = (deadline, task)
    }

    private mutating func run(_ command: Command) {
        switch command {
        case .loadInstances, .loadPage, .loadCounts, .loadActivity, .loadDetail: open += 1
        default: return
        }
        let (engine, post) = (engine, post)
        Task {
            guard let answer = await Self.answer(to: command, engine) else { return }
            post.yield(.message(answer))
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

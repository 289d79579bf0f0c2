import Domain
import Drawing
import Engine
import EngineAPI
import Foundation
import Interface
import Primitives
import Terminal

/// The dashboard over an engine in this process, drawn into memory: the loop of the program without its terminal, on a
/// thread of its own.
struct LiveDashboard {
    enum News: Sendable {
        case message(Message)
        case key(Key, at: ContinuousClock.Instant)
    }

    static let size = Size(width: 200, height: 60)
    /// Milliseconds between frames that no key asked for.
    private static let frameTime = 33.0

    private var dashboard: Dashboard
    private let engine: Engine
    private let inbox: LiveInbox
    private let clock = ContinuousClock()
    private var thread = DrawingThread()
    private var drawnAt: ContinuousClock.Instant
    private var isDirty = false
    /// Questions that are not answered yet.
    private var open = 0
    /// The newest question of each kind, which cancels the one before it.
    private var asked: [String: Task<Void, Never>] = [:]
    /// Milliseconds from each key to the frame that shows it.
    private var latencies: [Double] = []
    /// Milliseconds that each frame took to be drawn.
    private var frames: [Double] = []
    /// Milliseconds of the processor in each turn with a key, and in each frame: what nobody else had to wait for.
    private var processor: (keys: [Double], frames: [Double]) = ([], [])

    private init(_ engine: Engine, _ inbox: LiveInbox) {
        dashboard = Dashboard(DashboardSettings(size: Self.size), now: .now(), due: SystemClock().due)
        self.engine = engine
        self.inbox = inbox
        drawnAt = clock.now
    }

    /// What was measured, in milliseconds.
    struct Measurements: Sendable {
        /// From each key to the frame that shows it, and the processor's time in the turn that drew that frame.
        let keys: Samples
        let keysProcessor: Samples
        /// Of each frame.
        let frames: Samples
        let framesProcessor: Samples
    }

    /// Until somebody closes the inbox. `whenDrawn` is called after the first screen on which everything is known.
    static func run(
        _ engine: Engine,
        _ inbox: LiveInbox,
        whenDrawn: @escaping @Sendable () -> Void
    ) async -> Measurements {
        await withCheckedContinuation { ended in
            Thread.detachNewThread {
                var dashboard = LiveDashboard(engine, inbox)
                dashboard.start()
                whenDrawn()
                while !inbox.isClosed { dashboard.turn() }
                ended.resume(returning: dashboard.measurements)
            }
        }
    }

    private var measurements: Measurements {
        Measurements(
            keys: Samples(latencies),
            keysProcessor: Samples(processor.keys),
            frames: Samples(frames),
            framesProcessor: Samples(processor.frames)
        )
    }

    private mutating func start() {
        update(.start)
        while open > 0 {
            inbox.wait(milliseconds: nil)
            handle(inbox.drain(), since: Measured.threadMilliseconds)
        }
        draw()
    }

    private mutating func turn() {
        thread.comeFirst(at: clock.now)
        inbox.wait(milliseconds: timeout)
        let begin = Measured.threadMilliseconds
        handle(inbox.drain(), since: begin)
        if let deadline = dashboard.nextDeadline, deadline <= SystemClock().due { update(.tick) }
        if isDirty, milliseconds(since: drawnAt) >= Self.frameTime { draw() }
    }

    /// Keys that wait make one update and one frame before anything else is looked at, as in the program.
    private mutating func handle(_ all: [News], since begin: Double) {
        var keys: [Key] = []
        var pressed: [ContinuousClock.Instant] = []
        for news in all {
            guard case .key(let key, let moment) = news else { continue }
            keys.append(key)
            pressed.append(moment)
        }
        if !keys.isEmpty {
            update(.inputs(keys.map { .key($0) }))
            draw()
            latencies += pressed.map(milliseconds)
            processor.keys.append(Measured.threadMilliseconds - begin)
        }
        for news in all {
            guard case .message(let message) = news else { continue }
            switch message {
            case .page, .counts, .instances, .activity, .detail: open -= 1
            default: break
            }
            update(message)
            if case .notice = message { inbox.handledNotice() }
        }
    }

    /// Until the dashboard wants to be told the time, or the frame that is due.
    private var timeout: Double? {
        var wait = dashboard.nextDeadline.map { Double(max(0, $0.since(SystemClock().due))) }
        if isDirty {
            let frame = max(0, Self.frameTime - milliseconds(since: drawnAt))
            wait = min(wait ?? frame, frame)
        }
        return wait
    }

    private func milliseconds(since moment: ContinuousClock.Instant) -> Double {
        (clock.now - moment).inMilliseconds
    }

    private mutating func draw() {
        let begin = clock.now
        let used = Measured.threadMilliseconds
        _ = dashboard.frame()
        processor.frames.append(Measured.threadMilliseconds - used)
        isDirty = false
        drawnAt = clock.now
        frames.append((drawnAt - begin).inMilliseconds)
    }

    private mutating func update(_ message: Message) {
        isDirty = true
        for command in dashboard.update(message, at: .now(), due: SystemClock().due) { run(command) }
    }

    private mutating func run(_ command: Command) {
        switch command {
        case .loadInstances, .loadPage, .loadCounts, .loadActivity, .loadDetail: open += 1
        case .loadHistogram, .loadStatistics: break
        default: return
        }
        let (engine, inbox) = (engine, inbox)
        let work = Task {
            guard let answer = await Self.answer(to: command, engine) else { return }
            inbox.post(.message(answer))
        }
        guard let kind = Self.kind(of: command) else { return }
        asked.updateValue(work, forKey: kind)?.cancel()
    }

    /// What is asked anew while somebody types, as the program knows it.
    private static func kind(of command: Command) -> String? {
        switch command {
        case .loadPage: "page"
        case .loadCounts(_, let filter): filter.expression == .everything ? "totals" : "matches"
        case .loadHistogram(let use, _, _): "histogram \(use)"
        default: nil
        }
    }

    private static func answer(to command: Command, _ engine: Engine) async -> Message? {
        switch command {
        case .loadInstances: .instances(await result { try await engine.instances() })
        case .loadPage(let token, let page): .page(token: token, await result { try await engine.events(page) })
        case .loadCounts(let token, let filter):
            .counts(token: token, await result { try await engine.counts(filter, limit: 50_000) })
        case .loadHistogram(let use, let token, let request):
            .histogram(use, token: token, await result { try await engine.histogram(request) })
        case .loadStatistics(let token, let id):
            .statistics(token: token, id, await result { try await engine.statistics(of: id) })
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

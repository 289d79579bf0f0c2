import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Sits before the dashboard as a person does, and behind it as an engine does.
struct Driver {
    private(set) var dashboard: Dashboard
    private(set) var now: Timestamp
    /// How far the machine's clock was set: milliseconds that it is ahead of the one that nobody sets.
    var step: Int64 = 0
    /// Commands that no answer was given to yet.
    private(set) var pending: [Command] = []
    /// All commands since `forget`.
    private(set) var commands: [Command] = []
    var instances: [InstanceOverview]
    var log: [EventSummary]
    var jobs: [ReplayJob] = []
    var failures: [FailureGroup] = []
    var audit: [AuditEntry] = []
    var apex = ApexStatus(deployed: nil, receiverURL: "http://127.0.0.1:8180/elements/api-v2/events/sfdc/0f3a9c")
    var describes: Result<[ObjectDescription], Failure> = .success(Sample.objects)

    init(
        _ width: Int = 140,
        _ height: Int = 40,
        instances: [InstanceOverview] = [Sample.overview()],
        log: [EventSummary] = [],
        glyphs: Glyphs = .unicode,
        keys: ActionTable = .standard,
        memory: DashboardMemory = DashboardMemory(),
        attached: String? = nil,
        utcOffset: Int = 0,
        clock: LocalClock? = nil,
        filters: [SavedFilter] = [],
        columns: ColumnChoice = .standard
    ) {
        let settings = DashboardSettings(
            size: Size(width: width, height: height),
            glyphs: glyphs,
            themes: ["default", "daylight", "mono"],
            theme: "default",
            clock: clock ?? LocalClock(utcOffset: utcOffset),
            attached: attached,
            filters: filters,
            columns: columns,
            memory: memory
        )
        now = Sample.now
        dashboard = Dashboard(settings, now: now, due: now, keys: keys)
        self.instances = instances
        self.log = log
        send(.start)
        answer()
    }

    mutating func send(_ message: Message) {
        let new = dashboard.update(message, at: now.advanced(byMilliseconds: step), due: now)
        pending += new
        commands += new
    }

    /// Answers what was sent last to be stored.
    mutating func save(
        _ result: Result<InstanceOverview, Failure>,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard let index = pending.lastIndex(where: { $0.request != nil }), let request = pending[index].request else {
            Issue.record("nothing was sent to be stored", sourceLocation: sourceLocation)
            return
        }
        pending.remove(at: index)
        send(.saved(request: request.number, request.instance, result))
    }

    /// Presses keys by their names, with a space between them.
    mutating func keys(_ script: String, sourceLocation: SourceLocation = #_sourceLocation) {
        for name in script.split(separator: " ") {
            guard let key = Key(name: String(name)) else {
                Issue.record("no key is called \(name)", sourceLocation: sourceLocation)
                return
            }
            send(.input(.key(key)))
        }
    }

    mutating func type(_ text: String) {
        for character in text { send(.input(.key(.character(character)))) }
    }

    mutating func paste(_ text: String) { send(.input(.paste(text))) }

    mutating func click(_ x: Int, _ y: Int) {
        send(.input(.mouse(MouseEvent(.press(.left), at: Point(x: x, y: y)))))
        send(.input(.mouse(MouseEvent(.release(.left), at: Point(x: x, y: y)))))
    }

    /// As beside the demo.
    mutating func addPolls(of tags: [String], every seconds: Int) {
        dashboard.settings.extraPolls = ExtraPolls(tags: tags, seconds: seconds)
    }

    /// As on the engine of a node elsewhere.
    mutating func attach(to node: String) { dashboard.settings.node = node }

    /// As with `--theme`.
    mutating func giveTheme(_ name: String) { dashboard.settings.givenTheme = name }

    /// As on a machine with a display.
    mutating func allowOpening() { dashboard.settings.canOpen = true }

    /// As started in a directory.
    mutating func start(in directory: String) { dashboard.settings.directory = directory }

    /// As for a person with an editor.
    mutating func allowEditing() { dashboard.settings.canEdit = true }

    /// The numbers of the last bulk replay and of the last Apex project that were asked for.
    var replaysRequest: Int {
        pending.reversed().lazy.compactMap { command -> Int? in
            if case .createReplays(let request, _, _, _) = command { request } else { nil }
        }.first ?? 0
    }
    var projectRequest: Int {
        pending.reversed().lazy.compactMap { command -> Int? in
            if case .exportApex(let request, _, _) = command { request } else { nil }
        }.first ?? 0
    }

    mutating func forget() { commands = [] }

    /// Lets time pass, waking the dashboard whenever it asks for it; how often that was.
    @discardableResult
    mutating func pass(milliseconds: Int64) -> Int {
        let end = now.advanced(byMilliseconds: milliseconds)
        var wakeUps = 0
        answer()
        while let deadline = dashboard.nextDeadline, deadline <= end, wakeUps < 1000 {
            now = max(now, deadline)
            wakeUps += 1
            send(.tick)
            answer()
        }
        now = end
        return wakeUps
    }

    /// Lets time pass without answering anything.
    mutating func wait(milliseconds: Int64) {
        now = now.advanced(byMilliseconds: milliseconds)
        send(.tick)
    }

    /// Stores events and tells the dashboard, as the engine does.
    mutating func store(_ events: [EventSummary]) {
        log += events
        stored[now.seconds / 10 * 10, default: 0] += events.count
        send(.notice(.stored(count: events.count, lastSequence: log.last?.sequence ?? 0)))
    }

    mutating func store(_ sequences: ClosedRange<Int64>) { store(sequences.map { Sample.event($0) }) }

    /// Answers what can be read; leaves what changes something to the test.
    mutating func answer() {
        var rounds = 0
        while let index = pending.firstIndex(where: { reply(to: $0) != nil }), rounds < 200 {
            rounds += 1
            let command = pending.remove(at: index)
            if let message = reply(to: command) { send(message) }
        }
    }

    private func reply(to command: Command) -> Message? {
        switch command {
        case .loadInstances: .instances(.success(instances))
        case .loadPage(let token, let request): .page(token: token, .success(search(request)))
        case .loadMarks(let token, let request): .marks(token: token, .success(page(request)))
        case .loadCounts(let token, let filter): .counts(token: token, .success(counts(filter)))
        case .loadFailures(let token, _): .failures(token: token, .success(failures))
        case .loadAudit(let token, let before, let limit):
            .audit(token: token, .success(Array(audit.filter { $0.id < before ?? .max }.prefix(limit))))
        case .loadHistogram(let use, let token, let request):
            .histogram(use, token: token, .success(histogram(request)))
        case .loadActivity(let token, _, let since):
            .activity(token: token, .success(ActivitySummary(since: since, events: stored)))
        case .loadStatistics(let token, let id): .statistics(token: token, id, .success(statistics(id)))
        case .loadDetail(let sequence): detail(sequence)
        case .describeObjects(let id): .objects(id, describes)
        case .previewReplays(let token, _, let filter): .replayPreview(token: token, .success(preview(filter)))
        case .loadReplays(let token, _): .replays(token: token, .success(jobs))
        case .loadApex(let id): .apex(id, .success(apex))
        default: nil
        }
    }

    private func detail(_ sequence: Int64) -> Message {
        guard let event = log.first(where: { $0.sequence == sequence }) else {
            return .detail(sequence: sequence, .failure(.failed("Event \(sequence) is gone.")))
        }
        if let detail = details[sequence] { return .detail(sequence: sequence, .success(detail)) }
        return .detail(sequence: sequence, .success(Sample.detail(event, replays: replays[sequence] ?? 0)))
    }

    var replays: [Int64: Int] = [:]
    /// In place of the samples.
    var details: [Int64: EventDetail] = [:]
    /// What the engine has stored lately, by slots.
    var stored: [Int64: Int] = [:]

    /// What the engine says in figures; the instance that was asked for is put in.
    var figures = EngineStatistics()

    private func statistics(_ id: InstanceID?) -> EngineStatistics {
        var statistics = figures
        statistics.instance?.id = id ?? 0
        if id == nil { statistics.instance = nil }
        return statistics
    }

    private func counts(_ filter: EventFilter) -> EventCounts {
        let log = page(PageRequest(direction: .oldestFirst, limit: .max, filter: filter))
        let states = log.compactMap { $0.delivery?.state }
        return EventCounts(
            total: Int64(log.count),
            byState: Dictionary(states.map { ($0, 1) }, uniquingKeysWith: +),
            byReplay: Dictionary(
                log.compactMap { $0.delivery?.lastReplay?.verdict }.map { ($0, 1) },
                uniquingKeysWith: +
            )
        )
    }

    /// A bin for each event: as fine as it can be.
    private func histogram(_ request: HistogramRequest) -> EventHistogram {
        let events = page(PageRequest(direction: .oldestFirst, limit: .max, filter: request.filter))
        func bins(_ position: (EventSummary) -> Int64) -> [EventHistogram.Bin] {
            Dictionary(grouping: events, by: position).sorted { $0.key < $1.key }.map { start, events in
                .init(
                    start: start,
                    events: Int64(events.count),
                    failures: Int64(events.count { $0.hasFailed && $0.delivery?.state != .waiting })
                )
            }
        }
        guard case .times(let from, let to) = request.axis else { return EventHistogram(bins: bins(\.sequence)) }
        let width = request.binWidth ?? 1
        return EventHistogram(
            bins: bins { from.milliseconds + $0.receivedAt.since(from) / width * width }
                .filter { $0.start >= from.milliseconds && $0.start < to.milliseconds }
        )
    }

    private func preview(_ filter: EventFilter) -> ReplayPreview {
        let events = page(PageRequest(direction: .oldestFirst, limit: .max, filter: filter))
        return ReplayPreview(count: Int64(events.count), eventIDs: events.prefix(20).map(\.eventID))
    }

    /// Events that a page looks at before its patience is over; nil: all.
    var lookedAt: Int?

    private func search(_ request: PageRequest) -> EventPage {
        let ahead =
            request.direction == .newestFirst
            ? log.reversed().filter { $0.sequence < request.after ?? .max }
            : log.filter { $0.sequence > request.after ?? .min }
        guard request.patience != nil, let lookedAt, ahead.count > lookedAt, lookedAt > 0 else {
            return EventPage(page(request))
        }
        let end = ahead[lookedAt - 1]
        let found = page(request).filter { event in ahead.prefix(lookedAt).contains { $0.sequence == event.sequence } }
        let reach = EventPage.Reach(
            sequence: end.sequence,
            moment: end.receivedAt,
            newest: log.last?.sequence ?? 0
        )
        return EventPage(found, reach: found.count < request.limit ? reach : nil)
    }

    private func page(_ request: PageRequest) -> [EventSummary] {
        let fitting = log.filter { event in
            var event = event
            event = event.with(event.delivery?.shown(heldInstances: request.filter.heldInstances))
            return request.filter.condition.matches(event, record: { "{}" }, instanceName: nil)
        }
        switch request.direction {
        case .newestFirst:
            return Array(fitting.reversed().filter { $0.sequence < request.after ?? .max }.prefix(request.limit))
        case .oldestFirst:
            return Array(fitting.filter { $0.sequence > request.after ?? .min }.prefix(request.limit))
        }
    }

    // MARK: What the features hold

    var context: DashboardContext { dashboard.context() }
    var form: Form { dashboard[FormPane.self]?.form ?? Form() }
    var events: EventWindow { dashboard[EventsPane.self]?.window ?? EventWindow() }
    var detail: OpenEvent? { dashboard[DetailPane.self]?.open }
    var messages: MessageLog { dashboard[MessagesFeature.self]?.log ?? MessageLog() }

    /// The screen as letters.
    var screen: Screen { Screen(dashboard.frame().canvas) }
    var text: String { screen.text }

    mutating func resize(_ width: Int, _ height: Int) {
        send(.input(.resize(Size(width: width, height: height))))
        answer()
    }
}

extension Command {
    /// What is sent to be stored.
    fileprivate var request: (number: Int, instance: InstanceID?)? {
        switch self {
        case .create(let number, _): (number, nil)
        case .update(let number, let instance, _): (number, instance)
        default: nil
        }
    }
}

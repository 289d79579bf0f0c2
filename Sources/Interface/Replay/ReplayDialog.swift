import Domain
import Drawing
import EngineAPI
import Primitives

extension ActionContext {
    static let replayDialog = ActionContext.overlay("replay-dialog", "Replaying many events", including: [.text])
    /// Its filter, where names and values are completed.
    static let replayFilter = ActionContext.overlay("replay-filter", "Filter of a bulk replay")
    static let rate = ActionContext.overlay("rate", "Rate of replays")
}

extension ActionID {
    static let pressButton = ActionID("press-button")
}

extension ReplayDialog {
    static let actions: [Action] = [
        Action(
            .pressButton,
            [.space],
            "Press the button that has the focus",
            hint: "press",
            in: [.replayDialog],
            isCommand: false
        )
    ]
}

/// The dialog that begins a bulk replay: which events, how fast, and what that would be.
struct ReplayDialog: Overlay {
    /// What can have the focus, and be hit by the mouse.
    enum Field: Sendable, Hashable, CaseIterable {
        case filter
        case rate
        case start
        case cancel
    }

    let instance: InstanceID
    /// The number of what it begins: one at a time.
    private let request: Int
    private(set) var line: FilterLine
    /// What completion knows.
    private let known: FilterOffers.Known
    private(set) var rate = RateField(ReplayJob.defaultRate)
    private(set) var focus = Field.filter
    private(set) var preview: ReplayPreviewLoad
    /// Enter was pressed before the events were counted.
    private var wantsStart = false
    /// It was asked for and not answered yet.
    private(set) var isStarting = false
    /// Why the engine did not begin it.
    private(set) var refusal: String?

    /// The numbers of its questions begin after `token`.
    init(_ instance: InstanceID, filter: String, known: FilterOffers.Known, after token: Int) {
        self.instance = instance
        request = token
        self.known = known
        line = FilterLine(filter)
        preview = ReplayPreviewLoad(after: token)
    }

    var filter: TextField { line.field }
    /// What Tab would put into the filter now.
    var offers: FilterOffers? { focus == .filter ? line.offers(known) : nil }

    /// What the words find, or the sentence about the wrong one.
    func query(_ context: DashboardContext) -> Result<EventFilter, FilterFault> {
        do {
            let filter = try EventFilter(
                parsing: filter.text,
                now: context.now,
                clock: context.settings.clock
            )
            for case .term(.instances(let names)) in filter.expression.conjuncts {
                let ids = names.compactMap { InstanceID($0) }
                if ids.count == names.count, !ids.contains(instance) { return .failure(otherInstance) }
            }
            return .success(filter)
        } catch { return .failure(error) }
    }

    /// The place is that of the first such term.
    private var otherInstance: FilterFault {
        let text = filter.text.lowercased()
        let place = text.firstRange(of: "instance:").map {
            text.distance(from: text.startIndex, to: $0.lowerBound)
        }
        let start = min(place ?? 0, text.count)
        return FilterFault(
            start..<text.count,
            "This replays events of the instance on the screen; switch the instance to replay another's."
        )
    }

    func title(_ context: DashboardContext) -> String { "Replay many events" }

    func hints(_ context: DashboardContext) -> [Hint] {
        [
            .action(.submit, focus == .cancel ? "leave" : "start"), .action(.close, "leave"),
            .action(.nextPane, "next field"),
        ]
    }

    // MARK: Input

    func acceptsLetter(_ letter: Character) -> Bool {
        switch focus {
        case .filter: true
        case .rate: RateField.accepts(letter)
        case .start, .cancel: false
        }
    }

    func contexts(_ context: DashboardContext) -> [ActionContext] {
        switch focus {
        case .filter: [.replayFilter, .replayDialog]
        case .rate: [.rate, .replayDialog]
        case .start, .cancel: [.replayDialog]
        }
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .close: effects.close()
        case .nextPane, .nextField: move(by: 1)
        case .previousPane, .previousField: move(by: -1)
        case .submit: if focus == .cancel { leave(context, &effects) } else { start(context, &effects) }
        case .pressButton where focus == .cancel: leave(context, &effects)
        case .completeFilter:
            // Where nothing is left to complete, Tab goes on to the next field.
            guard focus == .filter, !line.text.isEmpty, line.complete(known) else { return false }
            filterChanged(at: context.due)
        case .pressButton where focus == .start: start(context, &effects)
        default:
            switch focus {
            case .filter:
                guard line.edit(action) else { return false }
                filterChanged(at: context.due)
            case .rate: return rate.perform(action)
            case .start, .cancel: return false
            }
        }
        return true
    }

    mutating func paste(_ text: String, _ context: DashboardContext, _ effects: inout Effects) {
        if focus == .rate { return rate.insert(text) }
        line.insert(text)
        filterChanged(at: context.due)
        if focus == .filter { effects.warn(ifCut: filter) }
    }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        guard let field = part as? Field else { return }
        guard field != .cancel else { return leave(context, &effects) }
        focus = field
        if field == .start { start(context, &effects) }
    }

    private func leave(_ context: DashboardContext, _ effects: inout Effects) {
        effects.close()
        effects.say(.info, "Nothing was replayed.")
    }

    private mutating func move(by step: Int) {
        let fields = Field.allCases
        let index = fields.firstIndex(of: focus) ?? 0
        focus = fields[(index + step + fields.count) % fields.count]
    }

    /// The text of the filter changed: nothing that was said of the former one holds.
    private mutating func filterChanged(at now: Timestamp) {
        preview.restart(at: now)
        wantsStart = false
        refusal = nil
    }

    // MARK: Starting

    /// Asks before anything is sent; what is wrong is said in the dialog instead.
    private mutating func start(_ context: DashboardContext, _ effects: inout Effects) {
        guard !isStarting else { return }
        guard case .success(let filter) = query(context) else {
            focus = .filter
            return
        }
        guard let rate = rate.value else {
            focus = .rate
            return
        }
        guard let preview = preview.value else {
            wantsStart = true
            self.preview.retry()
            return
        }
        guard preview.count > 0 else {
            focus = .filter
            return
        }
        effects.askToReplay(preview.count, of: instance, filter, rate: rate, request: request, context)
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        guard let confirmed = event as? ReplaysConfirmed, confirmed.request == request else { return }
        isStarting = true
        refusal = nil
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        switch message {
        case .notice(.stored), .notice(.deliveries): preview.refresh(at: context.due)
        case .replayPreview(let token, let result):
            preview.accept(token: token, result, at: context.due)
            // Whoever has read that it failed does not expect the question when another attempt succeeds.
            if preview.failure != nil { wantsStart = false }
            guard wantsStart, preview.value != nil else { break }
            wantsStart = false
            start(context, &effects)
        case .replaysCreated(request, let result) where isStarting:
            switch result {
            case .success: effects.close()
            case .failure(let failure):
                isStarting = false
                refusal = failure.sentence
            }
            effects.markShown()
        default: break
        }
    }

    mutating func loads(_ context: DashboardContext) -> [Command] {
        guard case .success(let filter) = query(context) else { return [] }
        return preview.nextLoad(instance, filter, at: context.due).map { [$0] } ?? []
    }

    func deadline(_ context: DashboardContext) -> Timestamp? {
        guard case .success = query(context) else { return nil }
        return preview.nextDeadline
    }
}

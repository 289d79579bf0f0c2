import Domain
import Drawing
import EngineAPI
import Primitives

extension ActionID {
    static let mark = ActionID("mark")
    static let markRange = ActionID("mark-range")
    static let markAll = ActionID("mark-all")
}

/// Marks on events of the list, until another instance is shown.
struct MarksFeature: Feature {
    static let actions: [Action] = [
        Action(.mark, [.space], "Mark the selected event, or take its mark", hint: "mark", in: [.events]),
        Action(
            .markRange,
            [.character("V")],
            "Begin to mark a range of events, or end it here",
            hint: "mark range",
            in: [.events]
        ),
        Action(
            .markAll,
            [.character("*")],
            "Mark all events that the list shows, or take all marks",
            hint: "mark all",
            in: [.events]
        ),
    ]

    /// A range that is being read.
    private struct Reading: Sendable {
        let token: Int
        let request: PageRequest
        let last: Int64
        var isAsked = false
    }

    private(set) var marks = EventMarks()
    private var reading: Reading?
    private var nextToken = 1

    func publish(to context: inout DashboardContext) { context.marked = marks }

    mutating func show(_ instance: InstanceOverview?, _ context: DashboardContext) { clear() }

    private mutating func clear() {
        marks = EventMarks()
        reading = nil
    }

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        switch action {
        case .mark, .markRange, .markAll: context.severalShown ?? ownObstacle(to: action, context)
        default: nil
        }
    }

    private func ownObstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        switch action {
        case .mark: context.selection == nil ? "No event is selected." : nil
        case .markRange: context.selection == nil && marks.range == nil ? "No event is selected." : nil
        case .markAll:
            marks.isEmpty && marks.range == nil && !canMarkAll(context) ? "There is no event to mark." : nil
        default: nil
        }
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .mark:
            guard let event = context.selection else { break }
            stay(context, &effects)
            if !marks.toggle(event) { refuse(&effects) }
            effects.perform(.selectDown)
        case .markRange: turnRange(context, &effects)
        case .markAll:
            guard canMarkAll(context), !(marks.isAll && marks.range == nil) else {
                clear()
                effects.say(.info, Self.noneMarked)
                break
            }
            reading = nil
            stay(context, &effects)
            marks.markAll(EventMarks.Matching(text: context.eventFilter, filter: context.shownFilter))
        case .closeDetail where context.escape == .range:
            marks.endRange()
            reading = nil
            effects.say(.info, "The range was given up.")
        case .closeDetail where context.escape == .marks:
            clear()
            effects.say(.info, Self.noneMarked)
        default: return false
        }
        return true
    }

    private static let noneMarked = "No event is marked any more."

    /// Without an instance "all" would be the events of every one.
    private func canMarkAll(_ context: DashboardContext) -> Bool { context.instance != nil && context.shownTotal != 0 }

    /// What is being marked must not slip away.
    private func stay(_ context: DashboardContext, _ effects: inout Effects) {
        if context.isFollowing { effects.perform(.follow) }
    }

    private func refuse(_ effects: inout Effects) {
        effects.say(
            .warning,
            "No more than \(EventMarks.most) events can be marked one by one; filter the list, then mark all it shows."
        )
    }

    // MARK: Ranges

    private mutating func turnRange(_ context: DashboardContext, _ effects: inout Effects) {
        guard let range = marks.range else {
            guard let event = context.selection else { return }
            stay(context, &effects)
            return marks.beginRange(at: event.sequence)
        }
        let sequences = range.sequences
        let request = PageRequest(
            direction: .oldestFirst,
            after: sequences.lowerBound - 1,
            limit: EventMarks.most + 1,
            filter: context.shownFilter
        )
        reading = Reading(token: nextToken, request: request, last: sequences.upperBound)
        nextToken += 1
    }

    /// The range follows the selection. What all stands for ends with its filter: of another one it would say nothing.
    mutating func settle(_ context: DashboardContext, _ effects: inout Effects) {
        // What is done with marks is done for one instance.
        if context.showsAllInstances, !marks.isEmpty || marks.range != nil {
            clear()
            effects.say(.info, "The list shows other events now; none of them is marked.")
        }
        if reading == nil, let selected = context.selection?.sequence { marks.leadRange(to: selected) }
        guard let matching = marks.matching, matching.text != context.eventFilter else { return }
        clear()
        effects.say(.info, "The list shows other events now; none of them is marked.")
    }

    mutating func loads(_ context: DashboardContext) -> [Command] {
        guard let reading, !reading.isAsked else { return [] }
        self.reading?.isAsked = true
        return [.loadMarks(token: reading.token, reading.request)]
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        guard case .marks(let token, let result) = message, let reading, reading.token == token else { return }
        self.reading = nil
        marks.endRange()
        switch result {
        case .failure(let failure):
            let words = "The range can't be read, nothing was marked: \(failure.sentence)"
            effects.say(.failure, words, on: .markingRange)
        case .success(let page):
            effects.settle(.markingRange)
            let events = page.filter { $0.sequence <= reading.last }
            if events.count > EventMarks.most || !marks.mark(events) { refuse(&effects) }
        }
    }
}

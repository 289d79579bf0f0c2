import Drawing
import EngineAPI
import Primitives

/// How many events come: a rate and a chart in the status line.
struct ActivityMeter: Feature {
    private var activity = Activity()
    private var load = ActivityLoad()

    mutating func show(_ instance: InstanceOverview?, _ context: DashboardContext) {
        activity = Activity()
        load.reset()
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        switch message {
        case .notice(.stored):
            // The last answer may hold these events already, and they may be another instance's: only the store can count
            // each of them once.
            load.invalidate()
        case .activity(let token, .success(let summary)):
            if load.accept(token: token, isAnswer: true, at: context.now, due: context.due) {
                activity.apply(summary, at: context.now)
            }
        case .activity(let token, .failure):
            _ = load.accept(token: token, isAnswer: false, at: context.now, due: context.due)
        default: break
        }
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        if event is NodeReturned { load.restart() }
    }

    mutating func settle(_ context: DashboardContext, _ effects: inout Effects) { activity.trim(at: context.now) }

    mutating func loads(_ context: DashboardContext) -> [Command] {
        guard context.instances.list != nil, let id = context.instances.current else { return [] }
        return load.nextLoad(id, at: context.now, due: context.due).map { [$0] } ?? []
    }

    func deadline(_ context: DashboardContext) -> Timestamp? {
        let load = context.instances.current == nil ? nil : load.nextDeadline
        return [activity.nextDeadline(after: context.now).map(context.due(at:)), load].compactMap { $0 }.min()
    }

    func facts(_ context: DashboardContext) -> [HeaderFact] {
        // Nothing comes from a lost node, which says nothing of how many events there are.
        guard context.instance != nil, context.instances.loss == nil else { return [] }
        // Until the engine has said what is stored, no number would be true.
        let number = load.isKnown ? activity.perMinute(at: context.now).grouped : context.glyphs.ellipsis.string
        let text = StyledText(.spaces(Activity.minutes), .dim) + StyledText(DisplayText(" \(number)/min"))
        let chart = activity.chart(at: context.now)
        return [HeaderFact(position: .rate, text: text, expendability: 5, chart: chart)]
    }
}

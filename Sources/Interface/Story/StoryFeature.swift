import Domain
import Drawing
import EngineAPI

extension ActionID {
    static let showStory = ActionID("show-story")
}

extension ActionContext {
    static let story = ActionContext.overlay("story", "Story of a record", including: [.list])
}

/// All events of the record that the selected or open event is about.
struct StoryFeature: Feature {
    static let actions: [Action] = [
        Action(
            .showStory,
            [.character("s")],
            "Show the story of the record: all its events",
            hint: "story",
            in: [.events, .detail],
            onlyShows: true
        )
    ]

    private var tokens = WindowTokens(from: PageReader.story.firstToken)

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        action == .showStory && context.subject == nil ? context.missingSubject() : nil
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard action == .showStory, let subject = context.subject else { return false }
        open(subject, context, &effects)
        return true
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        if let wanted = event as? StoryWanted { open(wanted.event, context, &effects) }
    }

    private mutating func open(_ event: EventSummary, _ context: DashboardContext, _ effects: inout Effects) {
        let instances = context.instances.ofSameOrganization(as: event.instanceID)
        effects.open(StoryOverlay(StoryOfRecord(event, in: instances, after: tokens.next())))
    }
}

/// Posted where the story of an event's record is to be told.
struct StoryWanted: DashboardEvent {
    let event: EventSummary
}

extension DashboardContext {
    /// The event that actions are about: the open one where the detail has the focus, else the selected one.
    ///
    /// A list that follows selects each new event, while the detail stays: then these are two, and nothing may act on the
    /// one that is not being looked at. Nil as long as the open one is neither read nor selected.
    var subject: EventSummary? {
        guard focus == .detail, let openEvent else { return selection }
        if let detail = openEvent.detail { return EventSummary(detail) }
        return selection?.sequence == openEvent.sequence ? selection : nil
    }

    /// Why there is no subject.
    func missingSubject(_ words: String = "No event is selected.") -> String {
        focus == .detail && openEvent != nil ? "The open event has not been read yet." : words
    }
}

import Domain
import Drawing
import EngineAPI
import Primitives

/// What a component may read besides its own state: the surroundings, the moment, and what the features publish.
///
/// It is a value that the shell makes anew for each message and each frame, so that nobody holds on to another's state.
/// A feature that others depend on sets its member in `Feature.publish(to:)`; nothing else writes it.
struct DashboardContext: Sendable {
    let settings: DashboardSettings
    /// The moment of the message by the machine's clock, as people read it; whoever sets that may set it back.
    let now: Timestamp
    /// The same moment by the clock that nobody sets: all that waits, rests or goes by itself is measured on it.
    let due: Timestamp
    let table: ActionTable
    /// The pane that has the focus, whatever lies over it.
    let focus: PaneID
    /// The kinds of the open overlays; the last has the keys.
    let overlays: [any Overlay.Type]
    /// Where keys mean something in the window on top, else in the focused pane, the innermost first.
    var keyContexts: [ActionContext] = []
    /// The same in the focused pane, whatever lies over it, and whether that takes letters for a text.
    var paneKeyContexts: [ActionContext] = []
    var isTyping = false
    /// Whether an open overlay says what the message being delivered says; then features change their state silently.
    var isShownByOverlay = false

    // MARK: Published

    /// The instances, and the one that the screen is about.
    var instances = InstanceListState()
    /// The event under the selection, if its row is loaded.
    var selection: EventSummary?
    /// The totals of the list, once they are known.
    var totals: EventCounts?
    /// The filter of the list as it was typed; empty: it shows all events.
    var eventFilter = ""
    /// What the list shows, with the instance, as the engine is asked for it.
    var shownFilter = EventFilter()
    /// Whether those are the events of all instances.
    var showsAllInstances = false
    /// How many events the list shows; nil while they are not counted, or where they are too many for that.
    var shownTotal: Int64?
    /// The events that a person has marked.
    var marked = EventMarks()
    /// Filters with names, those of the configuration file first.
    var savedFilters: [SavedFilter] = []
    /// Saved ones that were deleted in this run, the last one last.
    var deletedFilters: [SavedFilter] = []
    /// Whether the list stays with the newest event.
    var isFollowing = false
    /// Events whose single replay has not been answered yet.
    var replaying: Set<Int64> = []
    /// How replays to other URLs ended, as long as the dashboard is open: nothing of them is stored with the delivery.
    var replaysElsewhere: [Int64: AttemptOutcome] = [:]
    /// The bulk replays of the instance, and how fast they go.
    var replays = ReplayJobsLoad()
    /// The Apex of the instance.
    var apex = ApexBoard()
    /// The event that is open; its detail once it is loaded.
    var openEvent: (sequence: Int64, detail: EventDetail?)?
    /// What stands under the cursor of the detail, while that is open: its path (`message.raw.Email`), and its value as it
    /// would be copied, a text without quotation marks.
    var openField: (path: String, value: String)?
    /// Whether the form's draft was sent and has not been answered.
    var isApplying = false
    /// What the form says while it has the focus.
    var formDraft: InstanceDraft?
    /// The instance that the form is about; nil: a new one.
    var formInstance: InstanceID?
    /// How large a person made the panes.
    var paneSizes = PaneSizes()
    /// What the dashboard has said.
    var messages = MessageLog()

    init(
        settings: DashboardSettings,
        now: Timestamp,
        due: Timestamp,
        table: ActionTable = .standard,
        focus: PaneID = .events,
        overlays: [any Overlay.Type] = []
    ) {
        self.settings = settings
        self.now = now
        self.due = due
        self.table = table
        self.focus = focus
        self.overlays = overlays
    }

    /// When something is due that is known by the machine's clock, as that is set now.
    func due(at moment: Timestamp) -> Timestamp { due.advanced(byMilliseconds: moment.since(now)) }

    var glyphs: Glyphs { settings.glyphs }
    /// The instance that the screen is about; nil while a new one is being made.
    var instance: InstanceOverview? { instances.instance }
    /// Whether an overlay of this kind is open.
    func isOpen(_ kind: any Overlay.Type) -> Bool { overlays.contains { $0 == kind } }
    /// Whether an overlay of this kind has the keys.
    func isOnTop(_ kind: any Overlay.Type) -> Bool { overlays.last.map { $0 == kind } ?? false }
}

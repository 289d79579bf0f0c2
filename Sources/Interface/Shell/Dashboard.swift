import Domain
package import Drawing
import EngineAPI
package import Primitives

/// Everything that the dashboard knows; a value, changed only by `update`.
package struct State: Sendable {
    /// What the surroundings decide.
    package struct Settings: Sendable {
        package var size: Size
        package var glyphs: Glyphs
        /// Names of the themes to choose from; `theme` is one of them.
        package var themes: [String]
        package var theme: String
        package var reportsMouse: Bool
        /// Seconds east of UTC for the times on the screen.
        package var utcOffset: Int
        /// Attempts that a delivery gets before it is dead, to show as `2/10`.
        package var attemptLimit: Int?
        /// What is being set up beside the engine: said instead of a first start until there is an instance.
        package var arrangement: String?
        /// Whether a browser can be opened from here.
        package var canOpen: Bool
        /// Whether the form offers user name and password.
        package var allowsPasswordGrant: Bool
        /// Polls that somebody makes beside the schedule.
        package var extraPolls: ExtraPolls?

        package init(
            size: Size,
            glyphs: Glyphs = .unicode,
            themes: [String] = ["default"],
            theme: String = "default",
            reportsMouse: Bool = true,
            utcOffset: Int = 0,
            attemptLimit: Int? = nil,
            arrangement: String? = nil,
            canOpen: Bool = false,
            allowsPasswordGrant: Bool = false,
            extraPolls: ExtraPolls? = nil
        ) {
            self.size = size
            self.glyphs = glyphs
            self.themes = themes
            self.theme = theme
            self.reportsMouse = reportsMouse
            self.utcOffset = utcOffset
            self.attemptLimit = attemptLimit
            self.arrangement = arrangement
            self.canOpen = canOpen
            self.allowsPasswordGrant = allowsPasswordGrant
            self.extraPolls = extraPolls
        }
    }

    /// Polls at a fixed pace of the instance that has these tags; its schedule is not what one waits for.
    package struct ExtraPolls: Sendable, Hashable {
        package let tags: [String]
        package let seconds: Int

        package init(tags: [String], seconds: Int) {
            self.tags = tags
            self.seconds = seconds
        }
    }

    package internal(set) var settings: Settings
    /// The moment of the last message.
    var now: Timestamp
    var focus = Pane.events
    /// Nil until the first answer came.
    var instances: [InstanceOverview]?
    var instancesFailure: String?
    var isLoadingInstances = false
    var areInstancesStale = false
    /// News of deliveries come many times a second; the overviews need not.
    var instancesNotBefore = Timestamp.distantPast
    /// The instance that the screen is about; nil while a new one is being made.
    var current: InstanceID?
    var form = Form()
    var events = EventWindow()
    var counts = CountsLoad()
    var detail: DetailPane?
    var activity = Activity()
    var activityLoad = ActivityLoad()
    var replays = ReplayJobsLoad()
    var apex = ApexBoard()
    var overlays: [Overlay] = []
    var notices = NoticeBoard()
    /// The number of the last attempt to connect in the browser.
    var connectToken = 0
    /// Access that was granted for a draft that was refused for another reason.
    var granted: GrantedAccess?
    /// A callback that was released and has not answered since.
    var release: CallbackRelease?
    /// What the banner said when it was last put into the log.
    var loggedBanner: String?
    /// The replay that was last answered; a key that is still held down must not begin another.
    var lastReplay: (sequence: Int64, at: Timestamp)?
    /// Events whose replay has not been answered yet.
    var replaying: Set<Int64> = []
    /// Instances that poll because a person asked for it.
    var polling: Set<InstanceID> = []
    var isEngineStopped = false
    var drag: DragTarget?

    package init(_ settings: Settings, now: Timestamp) {
        self.settings = settings
        self.now = now
        form.offersPassword = settings.allowsPasswordGrant
    }

    /// The instance that the screen is about.
    var instance: InstanceOverview? {
        guard let current else { return nil }
        return instances?.first { $0.id == current }
    }

    /// The event under the selection, if its row is loaded.
    var selectedEvent: EventSummary? { events.selectedRow }
}

/// The parts of the dashboard that can have the focus.
enum Pane: Sendable, Hashable, CaseIterable {
    case form
    case events
    case detail
}

/// What follows the mouse while its button is down.
enum DragTarget: Sendable, Hashable {
    case slider(Rect)
}

package import Domain
package import Drawing

/// What the surroundings decide about the dashboard.
package struct DashboardSettings: Sendable {
    package var size: Size
    package var glyphs: Glyphs
    /// Names of the themes to choose from; `theme` is one of them.
    package var themes: [String]
    package var theme: String
    /// The theme that an option, a variable or the configuration file gives at each start; nil: none does.
    package var givenTheme: String?
    package var reportsMouse: Bool
    /// What the times on the screen are read from.
    package var clock: LocalClock
    /// What is being set up beside the engine: said instead of a first start until there is an instance.
    package var arrangement: String?
    /// Whether a browser can be opened from here.
    package var canOpen: Bool
    /// Whether the person has an editor.
    package var canEdit: Bool
    /// Whether the form offers user name and password.
    package var allowsPasswordGrant: Bool
    /// The directory that relative paths begin in; nil where that is not known.
    package var directory: String?
    /// Polls that somebody makes beside the schedule.
    package var extraPolls: ExtraPolls?
    /// Where the engine is, if not in this process.
    package var node: String?
    /// The node that was named with `--attach`: what is remembered of it is not that of the data directory.
    package var attached: String?
    /// Filters with names out of the configuration file.
    package var filters: [SavedFilter]
    /// The columns of the list where nobody has chosen others.
    package var columns: ColumnChoice
    /// What former runs have left, and what this one has kept since.
    package var memory: DashboardMemory

    package init(
        size: Size,
        glyphs: Glyphs = .unicode,
        themes: [String] = ["default"],
        theme: String = "default",
        givenTheme: String? = nil,
        reportsMouse: Bool = true,
        clock: LocalClock = .utc,
        arrangement: String? = nil,
        canOpen: Bool = false,
        canEdit: Bool = false,
        allowsPasswordGrant: Bool = false,
        directory: String? = nil,
        extraPolls: ExtraPolls? = nil,
        node: String? = nil,
        attached: String? = nil,
        filters: [SavedFilter] = [],
        columns: ColumnChoice = .standard,
        memory: DashboardMemory = DashboardMemory()
    ) {
        self.size = size
        self.glyphs = glyphs
        self.themes = themes
        self.theme = theme
        self.givenTheme = givenTheme
        self.reportsMouse = reportsMouse
        self.clock = clock
        self.arrangement = arrangement
        self.canOpen = canOpen
        self.canEdit = canEdit
        self.allowsPasswordGrant = allowsPasswordGrant
        self.directory = directory
        self.extraPolls = extraPolls
        self.node = node
        self.attached = attached
        self.filters = filters
        self.columns = columns
        self.memory = memory
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

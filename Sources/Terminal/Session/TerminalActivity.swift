package import Drawing

/// What ended a wait.
package struct TerminalActivity: Sendable {
    /// What the user did, in order; a resize stands first.
    package var input: [InputEvent] = []
    package var signals: TerminalSignals = []
    /// Whether the screen was lost, by a resize or while the program was stopped: the next frame is drawn in full.
    package var needsRedraw = false
    /// Whether the terminal is gone: leave at once.
    package var isHungUp = false
}

/// Signals that the program answers itself.
package struct TerminalSignals: OptionSet, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    /// SIGTERM: finish what is in flight and leave.
    package static let terminate = TerminalSignals(rawValue: 2)
    /// SIGINT from outside; Ctrl-C comes as a key.
    package static let interrupt = TerminalSignals(rawValue: 4)
    /// SIGHUP: the terminal is gone.
    package static let hangUp = TerminalSignals(rawValue: 8)
}

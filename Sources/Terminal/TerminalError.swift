/// Why the screen can't be used, in words for people.
package enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
    case notInteractive
    case cannotMoveCursor
    case unknownTerminal(String)
    case noWakeup

    package var description: String {
        switch self {
        case .notInteractive:
            "Standard input and output must both be a terminal; use --plain for output into a file or pipe."
        case .cannotMoveCursor:
            "TERM is “dumb”: such a terminal can't be drawn on; set TERM to what it really is, or use --plain."
        case .unknownTerminal(let name):
            "This system has no description of the terminal “\(name)”, nor of xterm-256color; "
                + "install ncurses-base or set TERM, or use --plain."
        case .noWakeup: "The process may open no more files; raise the limit (ulimit -n)."
        }
    }
}

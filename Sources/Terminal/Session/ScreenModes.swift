/// What we switch on besides ncurses, and how it is switched off again: one list for entering, leaving and crashing.
struct ScreenModes: Hashable {
    /// Bracketed paste and focus reports.
    private static let always = [2004, 1004]
    /// Press and release, drag, and reports without a limit of columns.
    private static let mouse = [1000, 1002, 1006]

    /// Whether the terminal understands window titles; the Linux console and the like print them.
    let hasTitle: Bool

    /// Whether the terminal may take texts for its clipboard. Those that have none are consoles and the terminals of old; any
    /// other takes them, or passes over the sequence as over any string that it doesn't know.
    let hasClipboard: Bool

    /// Whether what was there before comes back at the end.
    let hasOtherScreen: Bool

    init(term: String, hasOtherScreen: Bool = true) {
        self.hasOtherScreen = hasOtherScreen
        let titled = [
            "xterm", "tmux", "screen", "rxvt", "foot", "alacritty", "kitty", "ghostty", "wezterm", "konsole", "vte",
            "gnome", "st-", "contour", "iterm",
        ]
        hasTitle = titled.contains { term.contains($0) }
        // The Linux console, those of the BSDs, DEC's, and what has no name of its own.
        let bare = ["linux", "cons", "pccon", "wsvt", "vt", "ansi", "pcansi", "dumb", "unknown"]
        hasClipboard = hasTitle || !term.isEmpty && !bare.contains { term.hasPrefix($0) }
    }

    var enter: String {
        Self.set(Self.always, "h") + (hasTitle ? "\u{1B}[22;2t" : "")
    }

    var mouseOn: String { Self.set(Self.mouse, "h") }
    var mouseOff: String { Self.set(Self.mouse.reversed(), "l") }

    /// Undoes `enter` and the mouse, whether that is on or not, and an unfinished synchronized frame.
    var leave: String {
        Self.frameEnd + mouseOff + Self.set(Self.always.reversed(), "l") + (hasTitle ? "\u{1B}[23;2t" : "")
    }

    /// Follows the end. Where the last frame stays, ncurses leaves the cursor on its last row, which a prompt would overwrite.
    var end: String { hasOtherScreen ? "" : "\r\n" }

    /// The same where the cursor is anywhere.
    var suddenEnd: String { hasOtherScreen ? "" : "\u{1B}[999;1H\r\n" }

    /// Takes back what a program may have left behind that had the terminal meanwhile and did not end well: other reports of
    /// the mouse, keys in other forms, a part that scrolls, letters that are lines.
    var recovery: String {
        // The place of the cursor is kept, which the part that scrolls would move.
        "\u{1B}7\u{1B}[r\u{1B}8" + Self.set([9, 1003, 1005, 1015, 1016, 1, 5], "l")
            + "\u{1B}[?7h\u{1B}>\u{1B}[4l\u{1B}(B\u{0F}\u{1B}[m"
            + (hasTitle ? "\u{1B}[<9u\u{1B}[>4m\u{1B}[0 q" : "")
    }

    /// Terminals that know these show all changes between them at once; others ignore them.
    static let frameStart = "\u{1B}[?2026h"
    static let frameEnd = "\u{1B}[?2026l"

    private static func set(_ numbers: [Int], _ action: String) -> String {
        numbers.map { "\u{1B}[?\($0)\(action)" }.joined()
    }
}

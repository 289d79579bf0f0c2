import Drawing

/// All actions, in the order in which help shows them and keys are looked up.
package enum ActionTable {
    package static let actions: [Action] = form + events + bulk + detail + everywhere + apex

    private static let form: [Action] = [
        Action(.applyDraft, [.ctrl("s")], "Apply the changes of the form", hint: "apply", in: [.form, .everywhere]),
        Action(.discardDraft, [.escape], "Discard the changes of the form", hint: "discard", in: [.form]),
        Action(
            .testCallback,
            [.ctrl("t"), .character("t")],
            "Send a test notification to the callback URL",
            hint: "test callback",
            in: [.form, .everywhere]
        ),
        Action(.nextField, [.tab, .down], "Go to the next field", hint: "next field", in: [.form], isCommand: false),
        Action(
            .previousField,
            [.backTab, .up],
            "Go to the previous field",
            hint: "previous field",
            in: [.form],
            isCommand: false
        ),
    ]

    private static let events: [Action] = [
        Action(.openDetail, [.enter], "Open the selected event", hint: "details", in: [.events]),
        Action(.replay, [.character("r")], "Replay the selected event", hint: "replay", in: [.events, .detail]),
        Action(
            .follow,
            [.character("f")],
            "Follow new events, or stop following",
            hint: "follow",
            in: [.events, .detail]
        ),
        Action(
            .nextFailure,
            [.character("e")],
            "Go to the next failed delivery",
            hint: "next failure",
            in: [.events, .detail]
        ),
        Action(
            .previousFailure,
            [.character("E")],
            "Go to the previous failed delivery",
            hint: "previous failure",
            in: [.events, .detail]
        ),
        Action(.copy, [.character("y")], "Copy something of the selected event", hint: "copy", in: [.events, .detail]),
        Action(.selectUp, [.up, .character("k")], "Up", hint: "up", in: [.events, .detail], isCommand: false),
        Action(.selectDown, [.down, .character("j")], "Down", hint: "down", in: [.events, .detail], isCommand: false),
        Action(
            .pageUp,
            [.pageUp, .ctrl("b")],
            "A page up",
            hint: "page up",
            in: [.events, .detail],
            isCommand: false
        ),
        Action(
            .pageDown,
            [.pageDown, .ctrl("f")],
            "A page down",
            hint: "page down",
            in: [.events, .detail],
            isCommand: false
        ),
        Action(
            .first,
            [.home, .character("g")],
            "To the oldest event, or the top of the detail",
            hint: "first",
            in: [.events, .detail],
            isCommand: false
        ),
        Action(
            .last,
            [.end, .character("G")],
            "To the newest event and follow, or the end of the detail",
            hint: "newest",
            in: [.events, .detail],
            isCommand: false
        ),
    ]

    private static let detail: [Action] = [
        Action(
            .nextTab,
            [.right, .character("l")],
            "Next tab of the detail",
            hint: "next tab",
            in: [.detail],
            isCommand: false
        ),
        Action(
            .previousTab,
            [.left, .character("h")],
            "Previous tab of the detail",
            hint: "previous tab",
            in: [.detail],
            isCommand: false
        ),
        Action(.closeDetail, [.escape], "Close the detail", hint: "close", in: [.detail, .events]),
    ]

    private static let everywhere: [Action] = [
        Action(.pollNow, [.character("p")], "Poll the org now", hint: "poll now", in: [.everywhere]),
        Action(
            .resumeCallback,
            [.character("u")],
            "Resume deliveries to a held callback",
            hint: "resume callback",
            in: [.everywhere]
        ),
        Action(.switchInstance, [.character("i")], "Switch to another instance", hint: "instances", in: [.everywhere]),
        Action(.newInstance, [.character("n")], "Connect a new instance", hint: "new instance", in: [.everywhere]),
        Action(
            .connectAgain,
            [.character("C")],
            "Connect this instance again",
            hint: "connect again",
            in: [.everywhere]
        ),
        Action(.toggleInstance, [], "Disable or enable this instance", hint: "disable", in: [.everywhere]),
        Action(.deleteInstance, [], "Delete this instance", hint: "delete", in: [.everywhere]),
        Action(.focusForm, [.character("c"), .character("1")], "Go to the form", hint: "form", in: [.everywhere]),
        Action(.focusEvents, [.character("2")], "Go to the events", hint: "events", in: [.everywhere]),
        Action(.focusDetail, [.character("3")], "Go to the detail", hint: "detail", in: [.everywhere]),
        Action(.nextPane, [.tab], "Next pane", hint: "next pane", in: [.everywhere], isCommand: false),
        Action(.previousPane, [.backTab], "Previous pane", hint: "previous pane", in: [.everywhere], isCommand: false),
        Action(.dismissToast, [.escape], "Dismiss a message", hint: "dismiss", in: [.everywhere], isCommand: false),
        Action(.messageLog, [.ctrl("l")], "Show all messages", hint: "messages", in: [.everywhere]),
        Action(
            .explain,
            [.character("w")],
            "Say in full what is wrong",
            hint: "what is wrong",
            in: [.everywhere]
        ),
        Action(.themes, [.character("T")], "Choose a theme", hint: "themes", in: [.everywhere]),
        Action(
            .toggleMouse,
            [.character("M")],
            "Take the mouse or leave it to the terminal",
            hint: "mouse",
            in: [.everywhere]
        ),
        Action(.redraw, [], "Repaint the screen", hint: "repaint", in: [.everywhere]),
        Action(.palette, [.character(":"), .ctrl("p")], "Find a command", hint: "commands", in: [.everywhere]),
        Action(.help, [.character("?"), .function(1)], "Show all keys", hint: "help", in: [.everywhere]),
        Action(.suspend, [.ctrl("z")], "Suspend to the shell", hint: "suspend", in: [.everywhere]),
        Action(.quit, [.character("q"), .ctrl("c")], "Quit", hint: "quit", in: [.everywhere]),
    ]

    package static subscript(_ id: ActionID) -> Action? { actions.first { $0.id == id } }

    /// The action that a key means in a context; the context's own actions come first.
    static func action(for key: Key, in context: ActionContext) -> Action? {
        actions.first { $0.contexts.contains(context) && $0.keys.contains(key) }
            ?? actions.first { $0.contexts.contains(.everywhere) && $0.keys.contains(key) }
    }

    /// The key list of the documentation, as Markdown tables.
    package static var markdown: String {
        ActionContext.allCases.map { context in
            let rows = actions.filter { $0.contexts.contains(context) && !$0.keys.isEmpty }.map { action in
                let keys = action.keys.map { "`\($0.name)`" }.joined(separator: ", ")
                return "| \(keys) | \(action.title) |"
            }
            return "**\(context.rawValue)**\n\n| Keys | Action |\n| --- | --- |\n" + rows.joined(separator: "\n")
        }.joined(separator: "\n\n") + "\n"
    }
}

extension Key {
    /// The key as hints show it: `^S`, `⏎`, `Esc`.
    func label(_ glyphs: Glyphs) -> DisplayText {
        let base: DisplayText =
            switch code {
            case .character(" "): "Space"
            case .character(let character):
                DisplayText(modifiers.contains(.ctrl) ? String(character).uppercased() : String(character))
            case .enter: glyphs.isASCII ? "Enter" : glyphs.enter
            case .escape: "Esc"
            case .tab: "Tab"
            case .backTab: "Shift+Tab"
            case .up: glyphs.up
            case .down: glyphs.down
            case .left: glyphs.left
            case .right: glyphs.right
            case .home: "Home"
            case .end: "End"
            case .pageUp: "PgUp"
            case .pageDown: "PgDn"
            case .insert: "Ins"
            case .delete: "Del"
            case .backspace: "Backspace"
            case .function(let number): DisplayText("F\(number)")
            }
        var prefix: DisplayText = ""
        if modifiers.contains(.ctrl) { prefix = "^" }
        if modifiers.contains(.alt) { prefix = "Alt+" + prefix }
        if modifiers.contains(.shift) { prefix = "Shift+" + prefix }
        return prefix + base
    }
}

import Drawing

extension ActionContext {
    static let question = ActionContext.overlay("question", "Questions")
    static let menu = ActionContext.overlay("menu", "Menus", including: [.list])
    /// A longer text in a window.
    static let reading = ActionContext.overlay("reading", "Reports", including: [.list])
    /// Help and palette: rows that are found by typing.
    static let finder = ActionContext.overlay("finder", "Palette and help", including: [.text])
}

extension ActionID {
    static let close = ActionID("close")
    static let choose = ActionID("choose")
    static let submit = ActionID("submit")
    static let confirm = ActionID("confirm")
    static let refuse = ActionID("refuse")
    static let readOn = ActionID("read-on")
}

/// What overlays of several features do with the same keys.
enum OverlayActions {
    static let rows: [Action] = [
        Action(
            .close,
            [.escape, .character("q")],
            "Close the window, or give up",
            hint: "close",
            in: [
                .question, .menu, .reading, .finder, .replayDialog, .replayJobs, .failures, .apex, .folder, .connect,
                .time, .replayTarget, .exportDialog, .story, .compare, .saveFilter, .savedFilters, .columns, .overview,
                .busyRecords, .audit,
            ],
            isCommand: false
        ),
        Action(
            .choose,
            [.enter, .space],
            "Choose what the cursor or the focus is on",
            hint: "choose",
            in: [.question, .menu, .failures, .apex, .savedFilters, .columns, .overview, .busyRecords],
            isCommand: false
        ),
        Action(
            .submit,
            [.enter],
            "Do what the window is for: start, write, hand in, run, open",
            hint: "start",
            in: [
                .finder, .replayDialog, .folder, .connect, .reading, .time, .replayTarget, .exportDialog, .story,
                .saveFilter,
            ],
            isCommand: false
        ),
        Action(
            .confirm,
            [.character("y"), .character("Y")],
            "Yes: do what the question is about",
            hint: "yes",
            in: [.question],
            isCommand: false
        ),
        Action(
            .refuse,
            [.character("n"), .character("N")],
            "No: leave it as it is",
            hint: "no",
            in: [.question],
            isCommand: false
        ),
        Action(.readOn, [.space], "Read on, a page further", hint: "read on", in: [.reading], isCommand: false),
    ]
}

/// What people who come from other tools call an action, where its title has another word: the palette and the help find it by
/// these as well.
enum SearchWords {
    /// In lower case, separated by blanks; empty for most.
    static func of(_ action: ActionID) -> String { table[action] ?? "" }

    static let table: [ActionID: String] = [
        // Looking for something
        .filter: "search query where grep",
        .find: "search grep",
        .goToTime: "date jump yesterday hour when",
        .savedFilters: "searches views bookmarks",
        .turnStates: "pending unsent undelivered waiting stuck",
        .heatStrip: "histogram chart timeline hours",
        .chooseColumns: "fields layout width",
        .openDetail: "payload body response answer attempts why headers",
        .busyRecords: "hot top frequent noisy often changed",
        .showAttempts: "error response answer headers deliveries",
        .showStory: "history timeline audit past",
        .compare: "diff changes",
        .toggleHex: "bytes payload",
        // What went wrong
        .failures: "errors problems reasons why broken dead failed",
        .nextFailure: "errors problems dead",
        .previousFailure: "errors problems dead",
        .explain: "why error problem reason status",
        .messageLog: "notifications history log errors warnings",
        // Sending
        .replay: "resend retry redeliver again send",
        .replayMany: "resend retry redeliver bulk all send",
        .replayJobs: "progress stop abort",
        .replayElsewhere: "resend redirect target endpoint elsewhere send",
        .editAndReplay: "modify payload body resend",
        .holdCallback: "pause stop suspend freeze delivery sending",
        .pauseBacklog: "backfill resume continue first run catch up",
        .cancelBacklog: "backfill abort skip first run catch up",
        .resumeCallback: "release unhold continue unpause start delivery sending",
        .testCallback: "ping try",
        // Getting things out
        .export: "download save file csv json ndjson har",
        .copy: "clipboard curl payload id yank",
        .openRecord: "link address",
        // The instance
        .overview: "quota limits usage api metrics statistics latency queue disk health busiest pulse",
        .focusForm: "settings configuration preferences options interval schedule objects endpoint connection edit",
        .applyDraft: "save submit store settings",
        .pollNow: "refresh fetch sync reload update",
        .allInstances: "every global combined together",
        .switchInstance: "org account change select",
        .newInstance: "add create org login sign",
        .connectAgain: "login reauthorize oauth token sign reconnect",
        .toggleInstance: "pause stop start switch off on",
        .deleteInstance: "remove drop",
        .apex: "triggers webhooks package",
        // The screen
        .themes: "colors colours dark light appearance",
        .follow: "tail pause freeze live scroll",
        .suspend: "background job",
        .quit: "exit leave close",
    ]
}

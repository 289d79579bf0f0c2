import Primitives

/// What the dashboard has said: a few messages on the screen, and the log of all of them.
struct MessageLog: Sendable {
    struct Entry: Sendable, Hashable, Identifiable {
        let id: Int
        let at: Timestamp
        let severity: Severity
        let text: String
        /// What it says something good of, if its state can contradict that.
        var topic: Announcement.Topic?
        var matter: Announcement.Matter?
        /// How often the same was said in a row.
        var count = 1
        /// By the clock that nobody sets; nil: stays until it is dismissed.
        var expires: Timestamp?
    }

    /// Entries that the log keeps.
    static let limit = 500
    private static let shownLimit = 3

    private(set) var entries: [Entry] = []
    /// Those that are on the screen, the newest last.
    private(set) var shown: [Entry] = []
    private var nextID = 1

    /// Keeps something in the log that is shown elsewhere.
    mutating func record(_ severity: Severity, _ text: String, at now: Timestamp) {
        if let last = entries.last, last.text == text, last.severity == severity { return }
        entries.append(Entry(id: nextID, at: now, severity: severity, text: text))
        nextID += 1
        if entries.count > Self.limit { entries.removeFirst(entries.count - Self.limit) }
    }

    /// Shows a message and keeps it in the log; failures, and what is to last, stay until they are dismissed, but for small
    /// screens, where they would cover what one works with. It is written with `now` and goes by `due`.
    mutating func post(
        _ severity: Severity,
        _ text: String,
        at now: Timestamp,
        due: Timestamp,
        about topic: Announcement.Topic? = nil,
        on matter: Announcement.Matter? = nil,
        isLasting: Bool = false,
        isSmall: Bool = false
    ) {
        let seconds: Int64? =
            switch severity {
            case _ where isLasting: isSmall ? 12 : nil
            case .info, .success: 4
            case .warning: 8
            case .failure: isSmall ? 12 : nil
            }
        if let matter { settle(matter) }
        let expires = seconds.map { due.advanced(bySeconds: $0) }
        if var last = entries.last, last.text == text, last.severity == severity {
            last.count += 1
            last.matter = matter
            last.expires = expires
            entries[entries.count - 1] = last
            shown.removeAll { $0.id == last.id }
            shown.append(last)
            return
        }
        if matter == .unboundKey, entries.last?.matter == matter { entries.removeLast() }
        let entry = Entry(
            id: nextID,
            at: now,
            severity: severity,
            text: text,
            topic: topic,
            matter: matter,
            expires: expires
        )
        nextID += 1
        entries.append(entry)
        if entries.count > Self.limit { entries.removeFirst(entries.count - Self.limit) }
        shown.append(entry)
        if shown.count > Self.shownLimit {
            // The oldest that would go by itself makes room; a failure only for other failures.
            let index = shown.firstIndex { $0.expires != nil } ?? 0
            shown.remove(at: index)
        }
    }

    mutating func expire(at now: Timestamp) {
        shown.removeAll { entry in entry.expires.map { $0 <= now } ?? false }
    }

    /// Takes off the screen what was said of a matter.
    mutating func settle(_ matter: Announcement.Matter) { shown.removeAll { $0.matter == matter } }

    mutating func dismiss(_ id: Int) { shown.removeAll { $0.id == id } }

    /// Takes all off the screen; the log keeps them.
    mutating func dismissAll() { shown = [] }

    /// Takes the newest off the screen.
    mutating func dismissNewest() { _ = shown.popLast() }

    /// Whether the newest stays on the screen until it is dismissed.
    var isNewestLasting: Bool { shown.last.map { $0.expires == nil } ?? false }

    var nextDeadline: Timestamp? { shown.compactMap(\.expires).min() }
}

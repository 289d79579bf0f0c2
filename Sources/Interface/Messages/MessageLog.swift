import Domain
import Primitives

/// What the dashboard has told its user: a few toasts, and the log of all of them.
struct NoticeBoard: Sendable {
    struct Notice: Sendable, Hashable, Identifiable {
        let id: Int
        let at: Timestamp
        let severity: Severity
        let text: String
        /// What it says something good of, if its state can contradict that.
        var topic: Topic?
        /// How often the same was said in a row.
        var count = 1
        /// Nil: stays until it is dismissed.
        var expires: Timestamp?
    }

    enum Topic: Sendable, Hashable {
        case source
        case callback
    }

    /// Entries that the log keeps.
    static let logLimit = 500
    private static let toastLimit = 3

    private(set) var log: [Notice] = []
    private(set) var toasts: [Notice] = []
    private var nextID = 1

    /// Keeps something in the log that is shown elsewhere.
    mutating func note(_ severity: Severity, _ text: String, at now: Timestamp) {
        if let last = log.last, last.text == text, last.severity == severity { return }
        log.append(Notice(id: nextID, at: now, severity: severity, text: text))
        nextID += 1
        if log.count > Self.logLimit { log.removeFirst(log.count - Self.logLimit) }
    }

    /// Shows a toast and keeps it in the log; failures stay until they are dismissed, but for small screens, where they
    /// would cover what one works with.
    mutating func post(
        _ severity: Severity,
        _ text: String,
        at now: Timestamp,
        about topic: Topic? = nil,
        isSmall: Bool = false
    ) {
        let seconds: Int64? =
            switch severity {
            case .info, .success: 4
            case .warning: 8
            case .failure: isSmall ? 12 : nil
            }
        let expires = seconds.map { now.advanced(bySeconds: $0) }
        if var last = log.last, last.text == text, last.severity == severity {
            last.count += 1
            last.expires = expires
            log[log.count - 1] = last
            toasts.removeAll { $0.id == last.id }
            toasts.append(last)
            return
        }
        let notice = Notice(id: nextID, at: now, severity: severity, text: text, topic: topic, expires: expires)
        nextID += 1
        log.append(notice)
        if log.count > Self.logLimit { log.removeFirst(log.count - Self.logLimit) }
        toasts.append(notice)
        if toasts.count > Self.toastLimit {
            // The oldest that would go by itself makes room; a failure only for other failures.
            let index = toasts.firstIndex { $0.expires != nil } ?? 0
            toasts.remove(at: index)
        }
    }

    mutating func expire(at now: Timestamp) {
        toasts.removeAll { notice in notice.expires.map { $0 <= now } ?? false }
    }

    mutating func dismiss(_ id: Int) { toasts.removeAll { $0.id == id } }

    /// Takes all toasts away; the log keeps them.
    mutating func dismissAll() { toasts = [] }

    /// Takes the newest toast away and says whether there was one.
    mutating func dismissNewest() -> Bool { toasts.popLast() != nil }

    var nextDeadline: Timestamp? { toasts.compactMap(\.expires).min() }
}

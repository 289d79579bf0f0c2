#if PostgreSQL
import Domain

/// What PostgreSQL or libpq said of a statement that failed.
struct PostgresFault: Error, Sendable, Hashable {
    /// The five characters of SQLSTATE; empty where the connection was lost before there were any.
    let state: String
    /// Words for programmers: they go into the log and nowhere else.
    let message: String
    /// Nothing more can be asked over this connection.
    var isConnectionLost = false

    /// The state of an option of the address that libpq can't use.
    static let ofOption = "OPTION"

    /// Why it can't be reached, in the first line of libpq's or the server's words, for a person: they name what is in the
    /// address but the password.
    var reason: String {
        var line = message.prefix { !$0.isNewline }.visible
        if line.hasPrefix("connection to server "), let mark = line.firstRange(of: " failed: ") {
            line.removeSubrange(..<mark.upperBound)
        }
        for severity in ["FATAL:", "ERROR:"] where line.hasPrefix(severity) { line.removeFirst(severity.count) }
        line = line.trimmed
        if line.hasSuffix(".") { line.removeLast() }
        return line.count > 200 ? String(line.prefix(200)) + "…" : line
    }

    /// Somebody who looked no longer waits for it.
    var isCancelled: Bool { state == "57014" }

    /// The same transaction may pass if it is run again, whole: the server restarts or hands over to another one, two got in
    /// each other's way, or a lock was not had in time.
    var mayPass: Bool {
        if isConnectionLost { return true }
        return switch state {
        // Serialization failure, deadlock, lock not available.
        case "40001", "40P01", "55P03": true
        // The server stops, crashed, or starts.
        case "57P01", "57P02", "57P03": true
        // Still connected to one that only reads now.
        case "25006": true
        // Too many connections for the moment.
        case "53300": true
        default: state.hasPrefix("08")
        }
    }

    /// Whether it lies in what was to be written: a value out of its range, a constraint, more than a row may hold.
    var isOfContent: Bool { ["22", "23", "54"].contains(state.prefix(2)) }

    /// Whether it lies in the address or in how the server is set up: who waits at a start waits for nothing. What breaks off
    /// in the middle, as `SYSCALL` says, is a server that stops or starts.
    var isOfAddress: Bool {
        switch state {
        case "28000", "28P01", "3D000", "42501", Self.ofOption: true
        case "SSL": !message.contains("SYSCALL")
        default: false
        }
    }

    /// Whether another connection may reach the server that it should: this one holds on to what has changed its part.
    var needsNewConnection: Bool {
        isConnectionLost || state == "25006" || state.hasPrefix("08") || state.hasPrefix("57P")
    }
}
#endif

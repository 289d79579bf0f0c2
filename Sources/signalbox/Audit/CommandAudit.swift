import Domain
import Logging
import Primitives
import Store

/// The audit trail of commands that change the files of a data directory themselves, whether a node runs on it or not.
enum CommandAudit {
    static func entry(_ action: AuditEntry.Action, _ subject: String, failure: String? = nil) -> AuditEntry {
        AuditEntry(
            at: .now(),
            actor: TerminalUser.actor,
            action: action,
            instance: nil,
            subject: String(decoding: subject.utf8.prefix(AuditEntry.longestText), as: UTF8.self),
            failure: failure
        )
    }

    /// Does something and writes down that it was done, or why it wasn't.
    static func record<Value>(
        _ action: AuditEntry.Action,
        _ subject: String,
        in dataDirectory: String,
        _ work: () throws -> Value
    ) throws -> Value {
        do {
            let value = try work()
            append(entry(action, subject), dataDirectory)
            return value
        } catch {
            append(entry(action, subject, failure: ErrorSentence.text(error)), dataDirectory)
            throw error
        }
    }

    /// What was done is done: a trail that can't be written is a line of diagnostics.
    private static func append(_ entry: AuditEntry, _ dataDirectory: String) {
        do throws(StoreError) { try StoreAudit.append(entry, dataDirectory: dataDirectory) } catch {
            Logger.diagnostics(.warning).warning("This is missing in the audit trail: \(error)")
        }
    }
}

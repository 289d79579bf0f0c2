import Domain
import Logging
import Primitives
import Store

#if PostgreSQL
import StorePostgres
#endif

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
        in settings: Settings,
        _ work: () throws -> Value
    ) throws -> Value {
        do {
            let value = try work()
            append(entry(action, subject), settings)
            return value
        } catch {
            append(entry(action, subject, failure: ErrorSentence.text(error)), settings)
            throw error
        }
    }

    /// What was done is done: a trail that can't be written is a line of diagnostics.
    private static func append(_ entry: AuditEntry, _ settings: Settings) {
        do throws(StoreError) {
            #if PostgreSQL
            if let address = settings.database.flatMap({ PostgresAddress($0.exposed) }) {
                return try DatabaseAudit.append(entry, address)
            }
            #endif
            try StoreAudit.append(entry, dataDirectory: settings.eventsDirectory)
        } catch {
            Logger.diagnostics(.warning).warning("This is missing in the audit trail: \(error)")
        }
    }
}

import Domain
import EngineAPI
import Logging
import Primitives
import Store

/// Writes down who did what, when it has been done or refused.
struct AuditTrail: Sendable {
    let store: any AuditStore
    /// Where it is done, if that is to be told.
    var node: String?
    let clock: any EngineClock
    let logger: Logger

    /// Does something and stores that it was done, or why it wasn't. `subject` sees what came of it.
    func record<Value: Sendable>(
        _ action: AuditEntry.Action,
        of instance: InstanceID?,
        _ subject: @Sendable (Value) -> String,
        _ work: () async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await work()
            await append(action, instance, subject(value), failure: nil)
            return value
        } catch {
            // Whoever gave up waiting did not make it fail.
            if !(error is CancellationError) { await append(action, instance, "", failure: Self.sentence(error)) }
            throw error
        }
    }

    func record<Value: Sendable>(
        _ action: AuditEntry.Action,
        of instance: InstanceID?,
        _ subject: String = "",
        _ work: () async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await work()
            await append(action, instance, subject, failure: nil)
            return value
        } catch {
            if !(error is CancellationError) {
                await append(action, instance, subject, failure: Self.sentence(error))
            }
            throw error
        }
    }

    func append(_ action: AuditEntry.Action, _ instance: InstanceID?, _ subject: String, failure: String?) async {
        let entry = entry(action, instance, subject, failure: failure)
        do { try await store.appendAudit(entry) } catch {
            // What was done is done; the log has at least that.
            logger.error(
                "An entry of the audit trail can't be stored",
                metadata: ["actor": "\(entry.actor)", "action": "\(entry.action.rawValue)", "error": "\(error)"]
            )
        }
    }

    func entry(
        _ action: AuditEntry.Action,
        _ instance: InstanceID?,
        _ subject: String,
        failure: String? = nil
    ) -> AuditEntry {
        AuditEntry(
            at: clock.now,
            actor: node.map { "\(Actor.current) at \($0)" } ?? Actor.current,
            action: action,
            instance: instance,
            subject: Self.cut(subject),
            failure: failure.map(Self.cut)
        )
    }

    static func sentence(_ error: any Error) -> String {
        switch error {
        case let error as ClientError: error.message
        case let error as ConfigurationRejected: error.description
        default: ErrorSentence.text(error)
        }
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= AuditEntry.longestText
            ? text : String(decoding: text.utf8.prefix(AuditEntry.longestText), as: UTF8.self)
    }
}

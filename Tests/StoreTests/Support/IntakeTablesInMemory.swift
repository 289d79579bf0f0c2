import Domain
import Primitives

@testable import Store

/// The tables of intake in memory, so that its rules can be looked at alone.
struct IntakeTablesInMemory: IntakeTables {
    struct Key: Hashable {
        let object: Int64
        let recordID: String
    }

    var objects: [String: Int64] = [:]
    var messages: [String: Timestamp] = [:]
    var ledger: [Key: LedgerRow] = [:]
    var busy: Set<String> = []
    var told: [(envelope: String?, mark: Int64?, receivedAt: Timestamp, event: IntakePlan.Event)] = []
    /// Of the batch that is planned.
    var envelope: String?
    var mark: Int64?
    var nextSequence: Int64 = 1
    /// How often the ledger was read.
    var reads: [String: Int] = [:]
    var now = Timestamp(seconds: 5000)

    mutating func objectNumber(_ name: String) -> Int64 {
        let key = name.lowercased()
        let number = objects[key] ?? Int64(objects.count) + 1
        objects[key] = number
        return number
    }

    mutating func forgetMessages(before moment: Timestamp) { messages = messages.filter { $0.value >= moment } }

    mutating func remember(message: String) -> Bool {
        defer { messages[message] = messages[message] ?? now }
        return messages[message] == nil
    }

    func isRemembered(message: String) -> Bool { messages[message] != nil }

    func ledgerRow(object: Int64, recordID: String) -> LedgerRow? { ledger[Key(object: object, recordID: recordID)] }

    func isTold(_ seen: Observation, object: Int64, _ texts: PreparedBatch.Texts) -> Bool {
        told.contains {
            $0.envelope == envelope && WebhookMark.mayBeSame($0.mark, mark)
                && $0.event.matches(seen, object: object, texts)
        }
    }

    func lastReceived(recordID: String, object: Int64) -> Timestamp? {
        told.last { $0.event.observation.recordID == recordID && $0.event.object == object }?.receivedAt
    }

    func isLaneBusy(_ recordID: String) -> Bool { busy.contains(recordID) }

    mutating func reserveSequences(_ count: Int) -> Int64 {
        defer { nextSequence += Int64(count) }
        return nextSequence
    }

    /// Plans a batch and writes the plan down.
    mutating func append(_ batch: IntakeBatch) throws -> IntakePlan {
        now = batch.receivedAt
        envelope = batch.webhookEnvelope
        mark = batch.webhookMark
        let plan = try IntakePlan(PreparedBatch(batch), &self)
        for write in plan.ledger {
            let key = Key(object: write.object, recordID: write.recordID)
            ledger[key] = LedgerRow(number: write.row ?? Int64(ledger.count) + 1, entry: write.entry)
        }
        for notification in plan.notifications {
            busy.formUnion(notification.lanes)
            told += notification.events.map { (batch.webhookEnvelope, batch.webhookMark, batch.receivedAt, $0) }
        }
        return plan
    }
}

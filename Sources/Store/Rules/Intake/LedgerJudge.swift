package import Domain
import Primitives

/// Judges the observations of a batch, one after another, against the ledger as those before them have left it.
package struct LedgerJudge: Sendable {
    /// A change that is an event, before it has its number.
    package struct Found: Sendable, Hashable {
        package let observation: Observation
        package let texts: PreparedBatch.Texts
        package let object: Int64
        package let change: Change
        package let isUndelete: Bool
        package let changes: [FieldChange]
        package let isCompared: Bool
        package let revision: Int64
        package let name: String?
        /// Where among `writes` the record stands whose fields this event keeps.
        package fileprivate(set) var write: Int?
    }

    /// Milliseconds by which the stamp of a webhook may be ahead of when it was sent, or received where its sender doesn't say:
    /// for so long it hides what is saved meanwhile. A sender signs the time of a clock that is near the org's, so that a
    /// machine whose own clock is behind believes no less.
    package static let ahead: Int64 = 30_000

    private struct Key: Hashable {
        let object: Int64
        let recordID: String
    }

    package private(set) var found: [Found] = []
    /// One for each record that moved.
    package private(set) var writes: [IntakePlan.LedgerWrite] = []
    /// Records, by object, whose rows wait for the field list to be read anew.
    package private(set) var heldBack: [String: Set<String>] = [:]
    /// Observations that no event came of.
    package private(set) var silent = 0
    /// Whether the webhook is to be remembered by its id: no event of each of its records tells that it came. Posted again
    /// behind another one of its second, it would be taken for a save of its own.
    package private(set) var isUnwitnessed = false

    private let prepared: PreparedBatch
    /// Where a record stands among `writes`.
    private var written: [Key: Int] = [:]
    /// By place among `writes`, where among `found` the event stands that keeps the record's fields.
    private var kept: [Int: Int] = [:]

    package init(_ prepared: PreparedBatch) { self.prepared = prepared }

    package mutating func observe(_ index: Int, _ tables: inout some IntakeTables) throws {
        let batch = prepared.batch
        var seen = batch.observations[index]
        let texts = prepared.texts[index]
        let object = try tables.objectNumber(seen.object)
        let key = Key(object: object, recordID: seen.recordID)
        let position = written[key]
        let row = position == nil ? try tables.ledgerRow(object: object, recordID: seen.recordID) : nil
        let known = position.map { writes[$0].entry } ?? row?.entry
        let isAhead = isAhead(seen)
        if isAhead {
            // Taken at its word, it would hide every true change until then. It is news all the same: whoever has sent it may
            // be right and this machine's clock behind, so that it must not count as older than what is known either.
            seen.stamp = max(batch.receivedAt, known?.stamp ?? batch.receivedAt)
            seen.guess = batch.receivedAt
        }
        let policy = batch.policies[seen.object] ?? ChangeDecision.Policy(baseline: nil)
        let decision = ChangeDecision.make(
            seen,
            known: known,
            deletedAt: row?.deletedAt,
            toldAt: try row.flatMap { try toldAt(seen, $0.entry, object, tables) },
            policy: policy
        )
        if case .event = decision.verdict, let known,
            isAhead || seen.stamp == known.stamp || seen.stamp == known.guess, try isRepeat(seen, object, texts, tables)
        {
            silent += 1
            return
        }
        if let entry = decision.entry {
            let fields = entry.fields == seen.fields ? texts.fields : entry.fields.json
            if let position {
                if let former = kept.removeValue(forKey: position) { found[former].write = nil }
                writes[position].hasSameFields =
                    writes[position].hasSameFields && writes[position].entry.fields == entry.fields
                writes[position].entry = entry
                writes[position].fields = fields
            } else {
                // Only a batch of several can bring a record twice.
                if batch.observations.count > 1 { written[key] = writes.count }
                writes.append(
                    IntakePlan.LedgerWrite(
                        row: row?.number,
                        liveStamp: row?.entry.liveStamp,
                        object: object,
                        recordID: seen.recordID,
                        entry: entry,
                        fields: fields,
                        hasSameFields: row?.entry.fields == entry.fields
                    )
                )
            }
        }
        let isSilent = decision.verdict == .nothing && known.map { seen.stamp >= $0.stamp } == true
        isUnwitnessed = isUnwitnessed || isAhead || isSilent
        if decision.isHeldBack { heldBack[seen.object, default: []].insert(seen.recordID) }
        guard case .event(let change, let isUndelete) = decision.verdict else {
            silent += 1
            return
        }
        let write = decision.entry.flatMap { entry in
            texts.filtered == nil || entry.fields != seen.fields ? nil : position ?? writes.count - 1
        }
        if let write, batch.observations.count > 1 { kept[write] = found.count }
        found.append(
            Found(
                observation: seen,
                texts: texts,
                object: object,
                change: change,
                isUndelete: isUndelete,
                changes: decision.changedFields,
                isCompared: decision.isCompared,
                revision: decision.entry?.revision ?? known?.revision ?? 0,
                name: texts.name ?? known?.fields.displayName,
                write: write
            )
        )
    }

    /// See `ChangeDecision.looksOlder`; nil also where this machine's clock was set back since the row was asked for.
    private func toldAt(
        _ seen: Observation,
        _ known: LedgerEntry,
        _ object: Int64,
        _ tables: some IntakeTables
    ) throws -> Timestamp? {
        guard ChangeDecision.looksOlder(seen, than: known), let asked = seen.requestedAt,
            asked <= prepared.batch.receivedAt
        else { return nil }
        // Its last event may have been purged.
        return try tables.lastReceived(recordID: seen.recordID, object: object) ?? .distantPast
    }

    /// Whether a webhook has a stamp that can't be true yet.
    private func isAhead(_ seen: Observation) -> Bool {
        guard case .webhook = seen.kind else { return false }
        let batch = prepared.batch
        let sent = batch.sentAt.map { max($0, batch.receivedAt) } ?? batch.receivedAt
        return seen.stamp > sent.advanced(byMilliseconds: Self.ahead)
    }

    /// Stamps are whole seconds: a webhook that is posted again after another one of its second would roll the record back,
    /// while a record that was saved back within it is news. Their ids tell which it is, where they have some; else what says
    /// the same is a repeat. Those that are known by their ids alone are no matter of this.
    private func isRepeat(
        _ seen: Observation,
        _ object: Int64,
        _ texts: PreparedBatch.Texts,
        _ tables: some IntakeTables
    ) throws -> Bool {
        guard case .webhook = seen.kind, prepared.batch.messageID == nil, prepared.batch.notificationIDs.isEmpty else {
            return false
        }
        if let saying = prepared.saying, try tables.isRemembered(message: saying) { return true }
        return try tables.isTold(seen, object: object, texts)
    }
}

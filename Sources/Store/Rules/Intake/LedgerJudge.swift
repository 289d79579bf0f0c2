import Domain

/// Judges the observations of a batch, one after another, against the ledger as those before them have left it.
struct LedgerJudge: Sendable {
    /// A change that is an event, before it has its number.
    struct Found: Sendable, Hashable {
        let observation: Observation
        let texts: PreparedBatch.Texts
        let object: Int64
        let change: Change
        let isUndelete: Bool
        let changes: [FieldChange]
        let revision: Int64
        let name: String?
    }

    private struct Key: Hashable {
        let object: Int64
        let recordID: String
    }

    private(set) var found: [Found] = []
    /// One for each record that moved.
    private(set) var writes: [IntakePlan.LedgerWrite] = []
    /// Records, by object, whose rows wait for the field list to be read anew.
    private(set) var heldBack: [String: Set<String>] = [:]
    /// Observations that no event came of.
    private(set) var silent = 0

    private let prepared: PreparedBatch
    /// Where a record stands among `writes`.
    private var written: [Key: Int] = [:]

    init(_ prepared: PreparedBatch) { self.prepared = prepared }

    mutating func observe(_ index: Int, _ tables: inout some IntakeTables) throws {
        let batch = prepared.batch
        let (seen, texts) = (batch.observations[index], prepared.texts[index])
        let object = try tables.objectNumber(seen.object)
        let key = Key(object: object, recordID: seen.recordID)
        let position = written[key]
        let row = position == nil ? try tables.ledgerRow(object: object, recordID: seen.recordID) : nil
        let known = position.map { writes[$0].entry } ?? row?.entry
        let policy = batch.policies[seen.object] ?? ChangeDecision.Policy(baseline: nil)
        let decision = ChangeDecision.make(seen, known: known, policy: policy)
        if let entry = decision.entry {
            let fields = entry.fields == seen.fields ? texts.fields : entry.fields.json
            if let position {
                writes[position].entry = entry
                writes[position].fields = fields
            } else {
                // Only a batch of several can bring a record twice.
                if batch.observations.count > 1 { written[key] = writes.count }
                writes.append(
                    IntakePlan.LedgerWrite(
                        row: row?.number,
                        object: object,
                        recordID: seen.recordID,
                        entry: entry,
                        fields: fields
                    )
                )
            }
        }
        if decision.isHeldBack { heldBack[seen.object, default: []].insert(seen.recordID) }
        guard case .event(let change, let isUndelete) = decision.verdict else {
            silent += 1
            return
        }
        found.append(
            Found(
                observation: seen,
                texts: texts,
                object: object,
                change: change,
                isUndelete: isUndelete,
                changes: decision.changedFields,
                revision: decision.entry?.revision ?? known?.revision ?? 0,
                name: texts.name ?? known?.fields.displayName
            )
        )
    }
}

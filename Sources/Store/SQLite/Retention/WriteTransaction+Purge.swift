import Domain
import GRDB

extension WriteTransaction {
    /// Takes deliveries away with all that belongs to them, except those that moved since they were read. Returns how many
    /// events went.
    mutating func purge(_ candidates: [PurgeCandidates.Candidate]) throws -> Int64 {
        let still = try unmoved(candidates)
        try restoreFields(still)
        for run in Self.runs(still) {
            try remove("DELETE FROM event WHERE sequence BETWEEN ? AND ?", run)
            try remove("DELETE FROM payload WHERE sequence BETWEEN ? AND ?", run)
            try remove("DELETE FROM delivery WHERE id BETWEEN ? AND ?", run)
            try remove("DELETE FROM attempt WHERE notification BETWEEN ? AND ?", run)
            for block in (run.lowerBound / TimeBlocks.width)...(run.upperBound / TimeBlocks.width) {
                let sequences = TimeBlocks.sequences(of: block)
                try self.run(
                    """
                    DELETE FROM span WHERE block = ?
                    AND NOT EXISTS (SELECT 1 FROM event WHERE sequence BETWEEN ? AND ?)
                    """,
                    [block, sequences.lowerBound, sequences.upperBound]
                )
            }
        }
        for candidate in still { state.counters.merge(candidate.delivery.uncounted) }
        return still.reduce(0) { $0 + Int64($1.delivery.events.count) }
    }

    /// Gives the ledger the fields that these events keep for it.
    private func restoreFields(_ candidates: [PurgeCandidates.Candidate]) throws {
        for candidate in candidates {
            let delivery = candidate.delivery
            for record in delivery.events {
                let kept = try first(
                    """
                    SELECT l.id, l.fields, p.record FROM ledger l JOIN payload p ON p.sequence = l.event
                    WHERE l.instance = ? AND l.object = ? AND l.record_id = ? AND l.event BETWEEN ? AND ?
                    """
                ) {
                    $0.add(delivery.instance)
                    $0.add(record.object)
                    $0.add(record.record)
                    $0.add(delivery.id)
                    $0.add(delivery.lastSequence)
                } _: { row in
                    (id: row.integer(0), fields: try LedgerFields.text(row.text(1), of: row.text(2)))
                }
                guard let kept else { continue }
                try run("UPDATE ledger SET fields = ?, event = NULL WHERE id = ?") {
                    $0.add(kept.fields)
                    $0.add(kept.id)
                }
            }
        }
    }

    private func remove(_ sql: String, _ range: ClosedRange<Int64>) throws {
        try run(sql, [range.lowerBound, range.upperBound])
    }

    /// Those that stand as they were read: one that was put back meanwhile is open now.
    private func unmoved(_ candidates: [PurgeCandidates.Candidate]) throws -> [PurgeCandidates.Candidate] {
        let now = try rows(
            "SELECT id, state, replay FROM delivery WHERE id IN (SELECT value FROM json_each(?))",
            [NumberList.text(candidates.map(\.delivery.id))]
        )
        let standing: [(Int64, (DeliveryState, ReplayVerdict?))] = now.map { row in
            (row[0], (DeliveryState(code: row[1]), (row[2] as Int64?).map { ReplayVerdict(code: $0) }))
        }
        let known = Dictionary(standing) { $1 }
        return candidates.filter { candidate in
            known[candidate.delivery.id].map { $0 == (candidate.delivery.state, candidate.delivery.replay) } ?? false
        }
    }

    /// Sequences that follow each other, as one range each.
    private static func runs(_ candidates: [PurgeCandidates.Candidate]) -> [ClosedRange<Int64>] {
        var runs: [ClosedRange<Int64>] = []
        for delivery in candidates.map(\.delivery) {
            if let last = runs.last, last.upperBound + 1 == delivery.id {
                runs[runs.count - 1] = last.lowerBound...delivery.lastSequence
            } else {
                runs.append(delivery.id...delivery.lastSequence)
            }
        }
        return runs
    }
}

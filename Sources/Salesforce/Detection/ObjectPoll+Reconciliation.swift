import Domain

extension ObjectPoll {
    /// Rows of ids that the org's log of updates names; the ledger knows most of them already.
    mutating func acceptRetrieved(_ page: QueryPage) {
        guard case .retrieve(let ids, let covered) = stage, let schema else { return }
        count(page)
        let seen = page.rows.compactMap { observation($0, schema, of: page) }.filter { row in
            !page.torn.contains(row.recordID) && record.baseline.map { row.stamp >= $0 } ?? true
        }
        queue.append(batch(seen, isBaseline: false, source: .reconciliation))
        stage = .retrieve(Array(ids.dropFirst(retrieveWidth)), covered: covered)
    }
}

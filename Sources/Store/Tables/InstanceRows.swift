/// What is stored of an instance beside its own row and its history, in tables that every database has, by the column
/// `instance`.
package enum InstanceRows {
    /// What was learnt of its org, and is of no use with another.
    package static let tablesOfOrganization = ["poller", "message", "ledger", "ledger_stamp"]

    /// What goes with the instance in one transaction. The ledger may be too long for that and goes behind it, in slices.
    package static let tablesOfDeletion = ["poller", "callback_hold", "message", "ledger_stamp"]

    /// Finds an instance that is gone and has left a part of its ledger. The key leads from each instance to the next.
    package static let remains = """
        WITH RECURSIVE known (id) AS (
            SELECT min(instance) FROM ledger
            UNION ALL
            SELECT (SELECT min(instance) FROM ledger WHERE instance > known.id) FROM known WHERE known.id IS NOT NULL
        )
        SELECT id FROM known WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM instance) LIMIT 1
        """
}

/// What is stored of an instance beside its own row and its history, in tables that every database has, by the column
/// `instance`.
package enum InstanceRows {
    /// What was learnt of its org, and is of no use with another.
    package static let tablesOfOrganization = ["poller", "message", "ledger", "ledger_stamp"]

    /// What goes with the instance in one transaction. The ledger and what is open may be too long for that and go behind it,
    /// in slices.
    package static let tablesOfDeletion = ["poller", "callback_hold", "message", "ledger_stamp"]

    /// Finds an instance that is gone and has left rows in a table whose key begins with it: the key leads from each instance
    /// to the next.
    package static func remains(in table: String) -> String {
        """
        WITH RECURSIVE known (id) AS (
            SELECT min(instance) FROM \(table)
            UNION ALL
            SELECT (SELECT min(instance) FROM \(table) WHERE instance > known.id) FROM known WHERE known.id IS NOT NULL
        )
        SELECT id FROM known WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM instance) LIMIT 1
        """
    }
}

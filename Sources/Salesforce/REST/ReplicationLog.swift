import Domain
package import Primitives

/// The answer of `/deleted`.
package struct DeleteLog: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        /// 18 characters.
        package var recordID: String
        package var date: Timestamp

        package init(recordID: String, date: Timestamp) {
            self.recordID = recordID
            self.date = date
        }
    }

    package var entries: [Entry]
    /// Before this, deletions may have been purged from the log.
    package var earliest: Timestamp?
    /// Where the next question begins: before the oldest transaction that still runs.
    package var covered: Timestamp?
    /// When it was asked for, by this machine's clock.
    var requestedAt: Timestamp?

    package init(_ json: JSON) throws(SalesforceError) {
        guard let list = json["deletedRecords"]?.array else {
            throw SalesforceError(.refused, "The org's log of deletions can't be read.")
        }
        self.entries = list.compactMap { entry in
            guard let id = entry["id"]?.string.flatMap({ SalesforceID($0)?.text }),
                let date = entry["deletedDate"]?.string.flatMap({ Timestamp(parsing: $0) })
            else { return nil }
            return Entry(recordID: id, date: date)
        }
        self.earliest = json["earliestDateAvailable"]?.string.flatMap { Timestamp(parsing: $0) }
        self.covered = json["latestDateCovered"]?.string.flatMap { Timestamp(parsing: $0) }
    }
}

/// The answer of `/updated`.
package struct UpdateLog: Sendable, Hashable {
    /// 18 characters each; created records are among them.
    package var recordIDs: [String]
    package var covered: Timestamp?

    package init(_ json: JSON) throws(SalesforceError) {
        guard let list = json["ids"]?.array else {
            throw SalesforceError(.refused, "The org's log of updates can't be read.")
        }
        self.recordIDs = list.compactMap { $0.string.flatMap { SalesforceID($0)?.text } }
        self.covered = json["latestDateCovered"]?.string.flatMap { Timestamp(parsing: $0) }
    }
}

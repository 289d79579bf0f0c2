import Primitives

/// Believable business: the records that an org begins with, and what changes in a day's work.
final class BusinessActivity {
    private let settings: OrgSettings
    private let database: OrgDatabase
    private var random: SeededGenerator

    init(settings: OrgSettings, database: OrgDatabase) {
        self.settings = settings
        self.database = database
        random = SeededGenerator(seed: settings.configuration.seed, stream: "activity")
    }

    /// Fills each business object with so many records, spread over the last months as an old org's are.
    func seedRecords(each count: Int) {
        guard count > 0 else { return }
        let keepsHistory = settings.configuration.keepsHistory
        settings.configuration.keepsHistory = false
        defer { settings.configuration.keepsHistory = keepsHistory }
        for (table, entry) in StandardObjects.all.enumerated() where entry.isBusy {
            _ = try? seed(table, count: count, ageDays: 120)
        }
    }

    /// Creates believable records in one transaction; with an age they are stamped back over so many days.
    func seed(_ table: Int, count: Int, ageDays: Int = 0) throws(ServiceError) -> [String] {
        let parents = parentIDs()
        let type = database.tables[table].type
        let ownerColumn = type.column("OwnerId")
        var writes: [Write] = []
        writes.reserveCapacity(count)
        for index in 0..<count {
            let fields = BusinessData.fields(
                of: type.name,
                parents: parents,
                today: StampFormat.split(database.now).day,
                random: &random
            )
            var row = try database.newRow(table, fields, by: database.integrationUser, dates: AuditDates())
            if let ownerColumn { row.values[ownerColumn] = .text(random.pick(database.userIDs)) }
            if ageDays > 0 {
                // Rising ages keep stamps in the order of ids.
                let age = ageDays * 86_400 * (count - index) / count + 3_600
                (row.created, row.modified, row.stamp) = (database.now - age, database.now - age, database.now - age)
            }
            writes.append(Write(table: table, operation: .insert, before: nil, after: row, firesTriggers: ageDays == 0))
        }
        try database.perform(writes, in: nil)
        return writes.map(\.after.id)
    }

    /// One random step of business: mostly updates, some creations, few deletions and undeletions.
    func actAtRandom() {
        let tablesOfBusiness = database.tables.indices.filter { database.tables[$0].type.isBusy }
        let table = random.pick(tablesOfBusiness)
        let name = database.tables[table].type.name
        let today = StampFormat.split(database.now).day
        switch Int.random(in: 0..<100, using: &random) {
        case ..<30:
            let fields = BusinessData.fields(of: name, parents: parentIDs(), today: today, random: &random)
            _ = try? database.insert(table, fields, by: random.pick(database.userIDs), in: nil)
        case 88..<96:
            // Accounts take much along when they go, so they go rarely.
            if name == "Account", Int.random(in: 0..<4, using: &random) > 0 { return actAtRandom() }
            if let row = randomRow(table, deleted: false) {
                _ = try? database.delete(table, id: row.id, by: random.pick(database.userIDs), in: nil)
            }
        case 96...:
            if let row = randomRow(table, deleted: true) {
                _ = try? database.undelete(table, id: row.id, by: random.pick(database.userIDs), in: nil)
            } else {
                fallthrough
            }
        default:
            guard let row = randomRow(table, deleted: false) else { return }
            let fields = BusinessData.change(of: name, today: today, random: &random)
            _ = try? database.update(table, id: row.id, fields, by: random.pick(database.userIDs), in: nil)
        }
    }

    /// A row found by a few throws, so that it takes no scan however large the table is.
    private func randomRow(_ table: Int, deleted: Bool) -> RecordRow? {
        guard !database.tables[table].rows.isEmpty else { return nil }
        for _ in 0..<40 {
            let number = Int.random(in: 0..<database.tables[table].rows.count, using: &random)
            if let row = database.tables[table].row(number: number), row.isDeleted == deleted { return row }
        }
        return nil
    }

    /// Some accounts and contacts that new records can belong to.
    private func parentIDs() -> (accounts: [String], contacts: [String]) {
        func sample(_ name: String) -> [String] {
            guard let table = StandardObjects.index(of: name) else { return [] }
            return database.tables[table].rows.suffix(200).compactMap { row in
                row.flatMap { $0.isDeleted ? nil : $0.id }
            }
        }
        return (sample("Account"), sample("Contact"))
    }
}

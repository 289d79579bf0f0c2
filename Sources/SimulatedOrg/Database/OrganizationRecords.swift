import Primitives

/// The rows that an org has of itself: its users and its one Organization.
enum OrganizationRecords {
    private static let people = [
        ("Ada", "Keller"), ("Jonas", "Weber"), ("Mira", "Novak"), ("Luis", "Ortega"), ("Grace", "Okafor"),
    ]

    /// Stores them and returns their ids; the first user is the integration's.
    static func insert(
        into tables: inout [Table],
        _ configuration: SimulatedOrgConfiguration,
        at started: Stamp
    ) -> (organization: String, users: [String]) {
        var users: [String] = []
        for (index, person) in people.enumerated() {
            let address = "\(person.0).\(person.1)@acme.example".lowercased()
            let values: [String: Value] = [
                "Username": .text(index == 0 ? configuration.username : address), "FirstName": .text(person.0),
                "LastName": .text(person.1), "Email": .text(address), "IsActive": .bool(true),
                "UserType": .text("Standard"),
            ]
            users.append(insert("User", values, into: &tables, at: started))
        }
        let values: [String: Value] = [
            "Name": .text("Acme GmbH"), "IsSandbox": .bool(configuration.isSandbox), "InstanceName": .text("SIM1"),
            "OrganizationType": edition(isSandbox: configuration.isSandbox),
        ]
        return (insert("Organization", values, into: &tables, at: started), users)
    }

    static func setSandbox(_ isSandbox: Bool, of organization: String, in tables: inout [Table]) {
        guard let table = StandardObjects.index(of: "Organization"), var row = tables[table].row(id: organization),
            let flag = tables[table].type.column("IsSandbox"),
            let edition = tables[table].type.column("OrganizationType")
        else { return }
        row.values[flag] = .bool(isSandbox)
        row.values[edition] = self.edition(isSandbox: isSandbox)
        tables[table].store(row)
    }

    private static func edition(isSandbox: Bool) -> Value {
        .text(isSandbox ? "Developer Edition" : "Enterprise Edition")
    }

    private static func insert(
        _ object: String,
        _ values: [String: Value],
        into tables: inout [Table],
        at started: Stamp
    ) -> String {
        let table = StandardObjects.index(of: object) ?? 0
        let type = tables[table].type
        let number = tables[table].allocate()
        let row = RecordRow(
            number: number,
            id: tables[table].id(of: number),
            created: started,
            createdBy: RecordID.make(prefix: "005", number: 0),
            modified: started,
            modifiedBy: RecordID.make(prefix: "005", number: 0),
            stamp: started,
            values: type.fields.reduce(into: [Value](repeating: .null, count: type.columnCount)) { row, field in
                if case .column(let column) = field.source { row[column] = values[field.name] ?? .null }
            }
        )
        tables[table].store(row)
        return row.id
    }
}

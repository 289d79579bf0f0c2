import Primitives

/// Everything that an org knows, as one value; ``Org`` guards it.
struct OrgState {
    struct RowKey: Hashable {
        let table: Int
        let number: Int
    }

    var configuration: SimulatedOrgConfiguration
    var clock: OrgClock
    var random: SeededGenerator
    var tables: [Table] = StandardObjects.all.map { Table(type: $0) }
    var transactions: [Int: OpenTransaction] = [:]
    var locks: [RowKey: Int] = [:]
    var lastTransaction = 0
    var history: [OrgChange] = []
    var lastSequence = 0
    var cursors = CursorStore()
    var access = AccessStore()
    var usage = Usage()
    var faults = FaultBook()
    var callouts = CalloutBook()
    var lastNotification = 0
    var code = DeployedCode()
    var deployments: [Deployment] = []
    /// Percent covered by tests, for classes and triggers where a test wants it otherwise than usual.
    var testCoverage: [String: Int] = [:]
    var failingTests: [String: String] = [:]
    var calls: [String: Int] = [:]
    var instanceURL: String
    let started: Stamp
    var organizationID = ""
    var userIDs: [String] = []
    var describeCache: [String: [UInt8]] = [:]

    init(configuration: SimulatedOrgConfiguration, clock: OrgClock) {
        self.configuration = configuration
        self.clock = clock
        random = SeededGenerator(seed: configuration.seed)
        instanceURL = configuration.instanceURL ?? "http://127.0.0.1"
        started = clock.now
        usage.limit = configuration.dailyCalls
        createOwnRows()
    }

    var now: Stamp { clock.now }

    /// The user on whose behalf the integration works.
    var integrationUser: String { userIDs[0] }

    func evaluator(includesDeleted: Bool) -> QueryEvaluator {
        QueryEvaluator(tables: tables, now: now, includesDeleted: includesDeleted)
    }

    /// The table of a business object.
    func businessTable(_ object: String) throws(ServiceError) -> Int {
        let table = try self.table(object)
        guard tables[table].type.isBusinessObject else {
            throw ServiceError(
                400,
                "INVALID_TYPE_FOR_OPERATION",
                "entity type \(object) does not support this operation"
            )
        }
        return table
    }

    /// The table of any object; an unknown one is 404, as on `/sobjects/X`.
    func table(_ object: String) throws(ServiceError) -> Int {
        guard let table = StandardObjects.index(of: object) else { throw .notFound }
        return table
    }

    private mutating func createOwnRows() {
        let people = [
            ("Ada", "Keller"), ("Jonas", "Weber"), ("Mira", "Novak"), ("Luis", "Ortega"), ("Grace", "Okafor"),
        ]
        let users = StandardObjects.index(of: "User") ?? 0
        for (index, person) in people.enumerated() {
            let username =
                index == 0 ? configuration.username : "\(person.0).\(person.1)@acme.example".lowercased()
            let number = tables[users].allocate()
            let row = ownRow(users, number: number, id: RecordID.make(prefix: "005", number: number)) {
                [
                    "Username": .text(username), "FirstName": .text(person.0), "LastName": .text(person.1),
                    "Email": .text("\(person.0).\(person.1)@acme.example".lowercased()), "IsActive": .bool(true),
                    "UserType": .text("Standard"),
                ][$0]
            }
            userIDs.append(row.id)
            tables[users].store(row)
        }
        let organizations = StandardObjects.index(of: "Organization") ?? 0
        let number = tables[organizations].allocate()
        organizationID = RecordID.make(prefix: "00D", number: number)
        let edition = configuration.isSandbox ? "Developer Edition" : "Enterprise Edition"
        let sandbox = configuration.isSandbox
        let row = ownRow(organizations, number: number, id: organizationID) {
            [
                "Name": .text("Acme GmbH"), "IsSandbox": .bool(sandbox), "InstanceName": .text("SIM1"),
                "OrganizationType": .text(edition),
            ][$0]
        }
        tables[organizations].store(row)
    }

    private func ownRow(_ table: Int, number: Int, id: String, value: (String) -> Value?) -> Row {
        let type = tables[table].type
        var values = [Value](repeating: .null, count: type.columnCount)
        for field in type.fields {
            if case .column(let column) = field.source { values[column] = value(field.name) ?? .null }
        }
        let owner = RecordID.make(prefix: "005", number: 0)
        return Row(
            number: number,
            id: id,
            created: started,
            createdBy: owner,
            modified: started,
            modifiedBy: owner,
            stamp: started,
            values: values
        )
    }
}

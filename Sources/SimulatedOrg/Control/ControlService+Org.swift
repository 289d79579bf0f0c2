import Primitives

extension ControlService {
    func performOnTransactions(_ request: ControlRequest) throws(ServiceError) -> JSON {
        if request.method == "GET" { return ["open": .array(database.openTransactions.map { .integer($0) })] }
        guard request.path.count > 1 else { return ["id": .integer(database.openTransaction())] }
        guard let id = Int(request.path[1]), request.path.count == 3 else {
            throw .control("Say /control/transactions/<id>/commit or …/rollback")
        }
        switch request.path[2] {
        case "commit": try database.commitTransaction(id)
        case "rollback": try database.rollBackTransaction(id)
        default: throw .control("A transaction takes commit or rollback")
        }
        return [:]
    }

    func performOnClock(_ request: ControlRequest) throws(ServiceError) -> JSON {
        if request.method != "GET" {
            if let seconds = request.body["advance"]?.int {
                database.clock.advance(seconds: seconds)
            } else if let text = request.body["set"]?.string, let stamp = StampFormat.stamp(text) {
                database.clock.advance(seconds: stamp - database.now)
            } else {
                throw .control("The clock takes {\"advance\": seconds} or {\"set\": \"2026-11-23T18:07:00Z\"}")
            }
        }
        return ["now": .string(StampFormat.dateTime(database.now))]
    }

    func performOnOrg(_ request: ControlRequest) throws(ServiceError) -> JSON {
        let settings = services.settings
        if let key = request.body["jwtPublicKey"]?.string {
            guard key.isEmpty || BearerAssertion.isKey(key) else {
                throw .control("jwtPublicKey must be an RSA public key in PEM with 2048 bits or more")
            }
            settings.configuration.jwtPublicKey = key.isEmpty ? nil : key
        }
        if let flag = try request.flag("sandbox") {
            settings.configuration.isSandbox = flag
            database.setSandbox(flag)
        }
        if let rotates = try request.flag("rotateRefreshTokens") {
            settings.configuration.rotatesRefreshTokens = rotates
        }
        if let short = try request.flag("shortPages") { settings.configuration.hasShortPages = short }
        if let rate = try request.number("rate") { settings.configuration.rate = rate }
        if let name = request.body["aggregates"]?.string {
            let fault = SimulatedOrgConfiguration.AggregateFault(rawValue: name)
            guard fault != nil || name == "answered" else {
                throw .control("aggregates takes answered, refused, timeout or wrong")
            }
            settings.configuration.aggregateFault = fault
        }
        if let seconds = try request.integer("sessionSeconds") { settings.configuration.sessionSeconds = seconds }
        if let rows = try request.integer("pageRows") { settings.configuration.maximumPageRows = rows > 0 ? rows : nil }
        if let password = try request.flag("passwordGrant") { settings.configuration.allowsPasswordGrant = password }
        return [
            "organizationId": .string(database.organizationID), "sandbox": .bool(settings.configuration.isSandbox),
            "userId": .string(database.integrationUser), "instanceUrl": .string(settings.instanceURL),
            "rate": .number("\(settings.configuration.rate)"),
        ]
    }
}

extension OrgChange {
    /// The change as `/control/history` answers it.
    var json: JSON {
        [
            "sequence": .integer(sequence), "object": .string(object), "id": .string(id),
            "kind": .string(kind.rawValue), "stamp": .string(StampFormat.dateTime(stamp)),
            "committed": .string(StampFormat.dateTime(committed)),
            "transaction": transaction.map { .integer($0) } ?? .null,
        ]
    }
}

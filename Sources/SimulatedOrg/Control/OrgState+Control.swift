extension OrgState {
    /// Answers `/control/…`, the way in for tests and demos that no Salesforce org has.
    mutating func respondToControl(_ request: SimulatedRequest, _ target: RequestTarget) -> SimulatedResponse {
        do throws(ServiceError) {
            let body: JSON = request.body.isEmpty ? [:] : try Self.parsed(request.body)
            guard body.members != nil else { throw Self.wrong("The body must be a JSON object") }
            let order = ControlOrder(
                method: request.method,
                path: Array(target.segments.dropFirst()),
                target: target,
                body: body
            )
            return .json(200, try perform(order))
        } catch {
            return .error(error)
        }
    }

    private static func parsed(_ bytes: [UInt8]) throws(ServiceError) -> JSON {
        do {
            return try JSON(parsing: bytes)
        } catch {
            throw wrong("The body is no JSON at line \(error.line), column \(error.column)")
        }
    }

    static func wrong(_ message: String) -> ServiceError { ServiceError(400, "CONTROL_ERROR", message) }

    private mutating func perform(_ order: ControlOrder) throws(ServiceError) -> JSON {
        let isRead = order.method == "GET"
        switch (order.path.first ?? "", isRead) {
        case ("seed", false), ("create", false), ("change", false), ("delete", false), ("undelete", false),
            ("harddelete", false), ("touch", false), ("merge", false), ("purge", false):
            return try performOnRecords(order)
        case ("records", true):
            let table = try self.table(try order.text("object"))
            return [
                "ids": .array(
                    tables[table].rows.compactMap { row in row.flatMap { $0.isDeleted ? nil : .string($0.id) } }
                )
            ]
        case ("transactions", _): return try performOnTransactions(order)
        case ("clock", _): return try performOnClock(order, isRead: isRead)
        case ("faults", _): return try performOnFaults(order)
        case ("calls", true):
            return .object(calls.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .integer($0.value)) })
        case ("calls", false):
            guard order.method == "DELETE" else { break }
            calls.removeAll()
            return [:]
        case ("sessions", false):
            access.sessions.removeAll()
            return [:]
        case ("grants", false):
            access.endAll()
            return [:]
        case ("locators", false):
            cursors.expireAll()
            return [:]
        case ("quota", _):
            if let used = order.body["used"]?.integer { usage.used = used }
            if let limit = order.body["limit"]?.integer { usage.limit = limit }
            if let flag = order.body["concurrencyExhausted"]?.flag { usage.isConcurrencyExhausted = flag }
            return ["used": .integer(usage.used), "limit": .integer(usage.limit)]
        case ("org", _): return performOnOrg(order)
        case ("history", true):
            let since = order.target["since"].flatMap { Int($0) } ?? 0
            return .array(history.filter { $0.sequence > since }.map { Self.json($0) })
        case ("callouts", _), ("deployments", true), ("outbound", _): return try performOnCallouts(order)
        default: break
        }
        throw ServiceError(
            404,
            "NOT_FOUND",
            "There is no control \(order.method) /control/\(order.path.joined(separator: "/"))"
        )
    }

    private mutating func performOnTransactions(_ order: ControlOrder) throws(ServiceError) -> JSON {
        if order.method == "GET" { return ["open": .array(transactions.keys.sorted().map { .integer($0) })] }
        guard order.path.count > 1 else { return ["id": .integer(openTransaction())] }
        guard let id = Int(order.path[1]), order.path.count == 3 else {
            throw Self.wrong("Say /control/transactions/<id>/commit or …/rollback")
        }
        switch order.path[2] {
        case "commit": try commitTransaction(id)
        case "rollback": try rollBackTransaction(id)
        default: throw Self.wrong("A transaction takes commit or rollback")
        }
        return [:]
    }

    private mutating func performOnClock(_ order: ControlOrder, isRead: Bool) throws(ServiceError) -> JSON {
        if !isRead {
            if let seconds = order.body["advance"]?.integer {
                clock.advance(seconds: seconds)
            } else if let text = order.body["set"]?.text, let stamp = StampFormat.stamp(text) {
                clock.advance(seconds: stamp - now)
            } else {
                throw Self.wrong("The clock takes {\"advance\": seconds} or {\"set\": \"2026-11-23T18:07:00Z\"}")
            }
        }
        return ["now": .string(StampFormat.dateTime(now))]
    }

    private mutating func performOnOrg(_ order: ControlOrder) -> JSON {
        if let flag = order.body["sandbox"]?.flag {
            configuration.isSandbox = flag
            let organizations = StandardObjects.index(of: "Organization") ?? 0
            let type = tables[organizations].type
            if var row = tables[organizations].row(id: organizationID), let sandbox = type.column("IsSandbox"),
                let edition = type.column("OrganizationType")
            {
                row.values[sandbox] = .bool(flag)
                row.values[edition] = .text(flag ? "Developer Edition" : "Enterprise Edition")
                tables[organizations].store(row)
            }
        }
        if let rotates = order.body["rotateRefreshTokens"]?.flag { configuration.rotatesRefreshTokens = rotates }
        if let short = order.body["shortPages"]?.flag { configuration.hasShortPages = short }
        if let rate = order.body["rate"]?.double, rate.isFinite, rate >= 0 { configuration.rate = rate }
        if let seconds = order.body["sessionSeconds"]?.integer { configuration.sessionSeconds = seconds }
        if let rows = order.body["pageRows"]?.integer { configuration.maximumPageRows = rows > 0 ? rows : nil }
        if let key = order.body["jwtPublicKey"]?.text { configuration.jwtPublicKey = key.isEmpty ? nil : key }
        if let password = order.body["passwordGrant"]?.flag { configuration.allowsPasswordGrant = password }
        return [
            "organizationId": .string(organizationID), "sandbox": .bool(configuration.isSandbox),
            "userId": .string(integrationUser), "instanceUrl": .string(instanceURL),
            "rate": .number("\(configuration.rate)"),
        ]
    }

    private static func json(_ change: OrgChange) -> JSON {
        [
            "sequence": .integer(change.sequence), "object": .string(change.object), "id": .string(change.id),
            "kind": .string(change.kind.rawValue), "stamp": .string(StampFormat.dateTime(change.stamp)),
            "committed": .string(StampFormat.dateTime(change.committed)),
            "transaction": change.transaction.map { .integer($0) } ?? .null,
        ]
    }
}

/// A control request taken apart.
struct ControlOrder {
    let method: String
    /// The path behind `/control`.
    let path: [String]
    let target: RequestTarget
    let body: JSON

    /// A text member of the body or parameter of the query.
    func text(_ name: String) throws(ServiceError) -> String {
        guard let text = body[name]?.text ?? target[name] else { throw OrgState.wrong("\(name) is required") }
        return text
    }

    func stamp(_ name: String) throws(ServiceError) -> Stamp? {
        guard let text = body[name]?.text else { return nil }
        guard let stamp = StampFormat.stamp(text) else { throw OrgState.wrong("\(name) must be a date-time") }
        return stamp
    }

    /// The ids that `id` or `ids` name.
    var ids: [String]? {
        if let id = body["id"]?.text { return [id] }
        return body["ids"]?.elements?.compactMap(\.text)
    }
}

import Domain

/// Fields that don't go into one query are read in several, by the ids of each page.
extension ObjectPoll {
    func nextOfJoin(_ schema: ObjectSchema) -> ObjectRequest? {
        guard let joining, let (ids, fields) = joining.question else { return nil }
        if let path = joining.path { return .nextPage(path: path) }
        return .query(soql: ChangeQuery.soql(schema, ids: ids, further: fields), includesDeleted: true)
    }

    mutating func acceptJoined() {
        guard let done = joining, done.question == nil, let schema else { return }
        joining = nil
        acceptWhole(done.joined(order: schema.fields))
    }

    /// Reads fewer fields with one query; false where there is nothing left to part.
    mutating func partFields(_ error: SalesforceError) -> Bool {
        let first = fields.first
        guard schema != nil, !first.isEmpty else { return false }
        if asksAgain(error) {
            restartQuestion()
            return true
        }
        if first.count == 1 {
            guard Self.mayBeOfOneField(error) else { return false }
            leaveOut(first[0], error)
        } else {
            let parts = Int64(fields.groups.count * 2)
            resume.parts = parts
            fields.part(in: parts)
        }
        restartQuestion()
        return true
    }

    /// The org lists the field and won't give it, so that the others are read without it.
    mutating func leaveOut(_ field: String, _ error: SalesforceError) {
        guard fields.leaveOut(field) else { return }
        let names = fields.leftOut.sorted().joined(separator: ", ")
        recordProblem("The org lists and refuses \(names), so the records are read without.", error)
    }

    /// Asks the current question anew, from behind the last row.
    mutating func restartQuestion() {
        if case .page = stage {
            stage = .begin
        } else if var look = stage.look {
            look.beginAnew()
            stage = stage.looking(look)
        }
    }

    mutating func recoverJoin(_ error: SalesforceError) {
        guard var join = joining else { return }
        switch Self.remedy(error) {
        case .fewerRows: reduceRows(of: &join, error)
        case .fewerFields where asksAgain(error): join.restart()
        case .fewerFields where error.code != RestFailure.longAddressCode || !join.reducesRecords():
            if let field = join.reducesFields() {
                guard Self.mayBeOfOneField(error) else {
                    joining = nil
                    return fail(error)
                }
                leaveOut(field, error)
            } else {
                resume.parts = max(resume.parts ?? 1, Int64(fields.groups.count) + 1)
            }
        case .fewerFields: break
        case .shorterSpan where join.reducesRecords(): break
        case .anotherWay where join.path != nil && join.locatorDeaths < 3: join.restart()
        case .shorterSpan, .anotherWay, .namedField, nil:
            // The page is read again with its question; nothing of it was stored.
            joining = nil
            return recover(error, join.request)
        }
        joining = join
        acceptJoined()
    }

    /// What makes a refused query acceptable.
    enum Remedy { case fewerRows, fewerFields, shorterSpan, anotherWay, namedField }

    static func remedy(_ error: SalesforceError) -> Remedy? {
        switch error.code {
        case RestFailure.tooLargeCode: .fewerRows
        case "QUERY_TOO_COMPLICATED", RestFailure.longAddressCode: .fewerFields
        case "MALFORMED_QUERY" where isTooLong(error.providerMessage): .fewerFields
        case "QUERY_TIMEOUT", "OPERATION_TOO_LARGE": .shorterSpan
        case "INVALID_FIELD": .namedField
        case _ where isDeadLocator(error): .anotherWay
        default: nil
        }
    }

    /// Whether a query of one field can be refused so because of that field, as one with a large formula is. The length of
    /// a query with one field is not the field's fault, and the record must not lose it.
    private static func mayBeOfOneField(_ error: SalesforceError) -> Bool { error.code == "QUERY_TOO_COMPLICATED" }

    /// "SOQL statements cannot be longer than 100000 characters", in the words of several releases.
    private static func isTooLong(_ words: String?) -> Bool {
        guard let words = words?.lowercased() else { return false }
        return words.contains("longer than") || words.contains("too long") || words.contains("too complicated")
    }

    /// The field of "No such column 'X' on entity 'Y'" and its like.
    static func namedField(_ error: SalesforceError, in schema: ObjectSchema?) -> String? {
        guard let words = error.providerMessage, let schema else { return nil }
        let quoted = words.split(separator: "'", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map { $0.element.lowercased() }
        return schema.fields.first { quoted.contains($0.lowercased()) && schema.leavingOut($0) != nil }
    }
}

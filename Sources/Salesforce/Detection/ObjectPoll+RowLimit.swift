import Domain

/// Rows of which one answer can't hold as many as the org gives at once: fewer are asked for, down to one, and then fewer
/// fields of that. How many there may be is kept with the object's place, so that no poll begins with an answer that is given
/// up half-way.
extension ObjectPoll {
    /// The page as it counts, where it is one of the current query.
    mutating func counted(_ page: QueryPage) -> QueryPage {
        switch stage {
        case .begin, .page: limits.rows.counted(page)
        default: page
        }
    }

    /// Asks for fewer rows at a time, then for fewer fields; false where there is nothing less to ask.
    mutating func reduceRows(_ error: SalesforceError) -> Bool {
        limits.rows.noteExceeded()
        if let look = stage.look {
            guard let fewer = look.narrowed else { return reduceFields(error) }
            stage = stage.looking(fewer)
            learn(rows: fewer.chunk.count)
        } else if case .retrieve = stage {
            guard limits.rows.narrowRetrieval() else { return reduceFields(error) }
            learn(rows: limits.rows.retrieveWidth)
        } else {
            guard let fewer = limits.rows.fewer else { return reduceFields(error) }
            learn(rows: fewer)
            restartQuestion()
        }
        return true
    }

    /// A single record is too large: its fields are read in several answers, and by its id.
    private mutating func reduceFields(_ error: SalesforceError) -> Bool {
        guard !fields.first.isEmpty else { return false }
        guard fields.first.count == 1 else { return partFields(error) }
        fields.readAllByID()
        restartQuestion()
        return true
    }

    private mutating func learn(rows: some BinaryInteger) {
        resume.rows = max(1, min(resume.rows ?? .max, Int64(rows)))
    }

    /// The same for the further fields of a page's rows. A field that is too large even for one record is left out of that.
    mutating func reduceRows(of join: inout Joining, _ error: SalesforceError) {
        limits.rows.noteExceeded()
        if join.reducesRecords() { return }
        guard join.question?.fields.count == 1 else {
            _ = join.reducesFields()
            resume.parts = max(resume.parts ?? 1, Int64(fields.groups.count) + 1)
            return
        }
        guard let (id, field) = join.skipsRecord() else { return }
        recordProblem(
            "\(field) of record \(id) of \(name) is too large to be read, so the record is told without it; shorten it, "
                + "or hide the field from the connected user by field-level security.",
            error
        )
    }

    /// What is said where not even the least that every row needs of one record can be read.
    func exhausted(_ error: SalesforceError) -> SalesforceError {
        guard Self.remedy(error) == .fewerRows else { return error }
        let place = reads.current?.position.map { " behind \($0.recordID)" } ?? ""
        return SalesforceError(
            .refused,
            "The answer with the next record of \(name)\(place) is too large, however few fields are asked for; have the org's "
                + "administrator look at the record, or take \(name) off the list of objects.",
            code: error.code,
            providerMessage: error.providerMessage
        )
    }

    /// The rows that come may be small again: once an hour more are asked for.
    mutating func widenRows() {
        guard request.reconcile, failure == nil, !limits.rows.wasExceeded, let rows = resume.rows else { return }
        resume.rows = rows * 4 > Int64(Self.chunk) ? nil : rows * 4
    }

    /// How many records are asked for by id at once, in the address of a query.
    var lookUpWidth: Int { min(LookUp.width, resume.rows.map { Int($0) } ?? LookUp.width) }
}

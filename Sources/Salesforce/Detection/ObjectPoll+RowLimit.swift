import Domain

/// Rows of which one answer can't hold as many as the org gives at once: fewer are asked for, down to one, and then fewer
/// fields of that. How many there may be is kept with the object's place, so that no poll begins with an answer that is given
/// up half-way.
extension ObjectPoll {
    /// What is asked for first where an answer was too large; no more than the org gives at the least where it may choose.
    private static let fewRows: Int64 = 200

    /// A page of the current query. The answer to a query with a limit says that it is the last where the limit is reached,
    /// as the org knows of no further rows that were asked for; what follows is asked for behind the last row.
    mutating func counted(_ page: QueryPage) -> QueryPage {
        switch stage {
        case .begin, .page: broughtRows += page.rows.count
        default: return page
        }
        guard let most = requestedRows, page.isDone, broughtRows >= most else { return page }
        var further = page
        further.isDone = false
        further.nextPath = nil
        return further
    }

    /// Asks for fewer rows at a time, then for fewer fields; false where there is nothing less to ask.
    mutating func reduceRows(_ error: SalesforceError) -> Bool {
        wasTooLarge = true
        switch stage {
        case .verify(let look):
            guard let fewer = look.narrowed else { return reduceFields(error) }
            stage = .verify(fewer)
            learn(rows: fewer.chunk.count)
        case .fetch(let look):
            guard let fewer = look.narrowed else { return reduceFields(error) }
            stage = .fetch(fewer)
            learn(rows: fewer.chunk.count)
        case .lookUp(let look, let chunk):
            guard let fewer = look.narrowed else { return reduceFields(error) }
            stage = .lookUp(fewer, chunk)
            learn(rows: fewer.chunk.count)
        case .retrieve:
            guard retrieveWidth > 1 else { return reduceFields(error) }
            retrieveWidth = max(1, retrieveWidth / 4)
            learn(rows: retrieveWidth)
        default:
            guard requestedRows ?? .max > 1 else { return reduceFields(error) }
            learn(rows: min(Self.fewRows, requestedRows.map { Int64($0 / 2) } ?? Self.fewRows))
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
        wasTooLarge = true
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
        let place = reads.first?.position.map { " behind \($0.recordID)" } ?? ""
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
        guard request.reconcile, failure == nil, !wasTooLarge, let rows = resume.rows else { return }
        resume.rows = rows * 4 > Int64(Self.chunk) ? nil : rows * 4
    }

    /// How many records are asked for by id at once, in the address of a query.
    var lookUpWidth: Int { min(LookUp.width, resume.rows.map { Int($0) } ?? LookUp.width) }
}

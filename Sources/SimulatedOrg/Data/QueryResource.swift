import Primitives

/// Answers `/query…` and `/queryAll…`; the locators of unfinished results are its own.
final class QueryResource {
    private let settings: OrgSettings
    private let database: OrgDatabase
    private var cursors = CursorStore()
    private var random: SeededGenerator

    init(settings: OrgSettings, database: OrgDatabase) {
        self.settings = settings
        self.database = database
        random = SeededGenerator(seed: settings.configuration.seed, stream: "pages")
    }

    /// Lets every open locator expire.
    func expireLocators() { cursors.expireAll() }

    /// Answers `/query?q=…`.
    func query(_ call: DataCall, includesDeleted: Bool) throws(ServiceError) -> SimulatedResponse {
        guard let text = call.target["q"] else {
            throw ServiceError(400, "MALFORMED_QUERY", "A query string has to be specified")
        }
        let query = try QueryBinder.bind(text, now: database.now)
        let evaluator = database.evaluator(includesDeleted: includesDeleted)
        try refuseHiddenFields(query, text)
        if let most = settings.configuration.maximumQueryFields, case .rows(let columns) = query.selection,
            columns.count > most
        {
            throw ServiceError(
                400,
                "QUERY_TOO_COMPLICATED",
                "Query is either selecting too many fields or the filter "
                    + "conditions are too complicated."
            )
        }
        var numbers = evaluator.numbers(query)
        if !numbers.isEmpty { try refuseWideWindow(query, evaluator) }
        if !settings.configuration.hiddenRecords.isEmpty {
            numbers.removeAll { number in
                database.tables[query.table].row(number: number).map {
                    settings.configuration.hiddenRecords.contains($0.id)
                } ?? false
            }
        }
        switch query.selection {
        case .count:
            return .json(200, ["totalSize": .integer(numbers.count), "done": true, "records": []])
        case .aggregates(let aggregates):
            let rows = numbers.compactMap { database.tables[query.table].row(number: $0) }
            let renderer = QueryRenderer(evaluator: evaluator, version: call.version)
            let row = try aggregateRow(aggregates, over: rows, renderer)
            return .json(200, ["totalSize": 1, "done": true, "records": [row]])
        case .rows(let columns):
            let cursor = CursorStore.Cursor(
                query: query,
                columns: columns,
                numbers: numbers,
                includesDeleted: includesDeleted,
                pageSize: Self.pageSize(call),
                opened: database.now
            )
            return page(of: cursor, from: 0, locator: nil, version: call.version)
        }
    }

    private func aggregateRow(
        _ aggregates: [BoundQuery.Aggregate],
        over rows: [RecordRow],
        _ renderer: QueryRenderer
    ) throws(ServiceError) -> JSON {
        switch settings.configuration.aggregateFault {
        case nil: return renderer.aggregateRow(aggregates, over: rows)
        case .refused:
            throw ServiceError(400, "INVALID_TYPE_FOR_OPERATION", "entity type does not support aggregate functions")
        case .timeout: throw ServiceError(400, "QUERY_TIMEOUT", "Your query request was running for too long.")
        case .wrong:
            return renderer.aggregateRow(aggregates, over: rows + rows.prefix(1))
        }
    }

    /// Answers `/query/<locator>-<offset>`.
    func page(_ segment: String, _ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        let parts = segment.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let offset = Int(parts[1]), offset >= 0,
            let cursor = cursors.cursor(String(parts[0]), now: database.now), offset <= cursor.numbers.count
        else { throw .locator }
        return page(of: cursor, from: offset, locator: String(parts[0]), version: call.version)
    }

    private func page(
        of cursor: CursorStore.Cursor,
        from start: Int,
        locator: String?,
        version: String
    ) -> SimulatedResponse {
        var size = min(cursor.pageSize, settings.configuration.maximumPageRows ?? cursor.pageSize)
        if settings.configuration.hasShortPages, size > 1 { size = Int.random(in: 1...size, using: &random) }
        let end = min(cursor.numbers.count, start + size)
        let isDone = end >= cursor.numbers.count
        var output = Array("{\"totalSize\":\(cursor.numbers.count),\"done\":\(isDone)".utf8)
        if !isDone {
            let name = locator ?? cursors.open(cursor)
            output.append(contentsOf: ",\"nextRecordsUrl\":\"/services/data/\(version)/query/\(name)-\(end)\"".utf8)
        }
        output.append(contentsOf: ",\"records\":[".utf8)
        let renderer = QueryRenderer(evaluator: database.evaluator(includesDeleted: true), version: version)
        let table = database.tables[cursor.query.table]
        var isFirst = true
        for number in cursor.numbers[start..<end] {
            // What was purged or deleted since the query ran is missing from its page.
            guard let row = table.row(number: number), cursor.includesDeleted || !row.isDeleted else { continue }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            renderer.write(row, type: table.type, columns: cursor.columns, to: &output)
        }
        output.append(contentsOf: "]}".utf8)
        return .bytes(200, output)
    }

    private func refuseHiddenFields(_ query: BoundQuery, _ text: String) throws(ServiceError) {
        let refused = settings.configuration.hiddenFields.union(settings.configuration.refusedFields)
        guard !refused.isEmpty, case .rows(let columns) = query.selection else { return }
        let type = database.tables[query.table].type
        for case .field(let field) in columns where refused.contains("\(type.name).\(field.name)") {
            throw SOQLError.noColumn(field.name, on: type.name, at: 7, in: text)
        }
    }

    private func refuseWideWindow(_ query: BoundQuery, _ evaluator: QueryEvaluator) throws(ServiceError) {
        guard let days = settings.configuration.queryWindowDays, let condition = query.condition else { return }
        let bounds = evaluator.stampBounds(condition)
        guard bounds != QueryEvaluator.unbounded, !bounds.isEmpty else { return }
        // Compared without subtracting: an open end is as far away as an integer goes.
        let upper = min(bounds.upper, database.now)
        guard bounds.lower < upper - days * 86_400 else { return }
        throw ServiceError(400, "QUERY_TIMEOUT", "Your query request was running for too long.")
    }

    /// The page size of `Sforce-Query-Options: batchSize=N`, kept within 200 and 2000.
    private static func pageSize(_ call: DataCall) -> Int {
        guard let options = call.headers["sforce-query-options"] else { return 2_000 }
        for option in options.split(whereSeparator: { $0 == "," || $0 == ";" }) {
            let parts = option.split(separator: "=").map { $0.filter { !$0.isWhitespace } }
            if parts.count == 2, parts[0].lowercased() == "batchsize", let size = Int(parts[1]) {
                return min(2_000, max(200, size))
            }
        }
        return 2_000
    }
}

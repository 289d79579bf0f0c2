package import Domain
package import Primitives

/// One question about one object; all only read.
package enum ObjectRequest: Sendable, Hashable {
    case query(soql: String, includesDeleted: Bool)
    case nextPage(path: String)
    case deleteLog(start: Timestamp, end: Timestamp)
    case updateLog(start: Timestamp, end: Timestamp)
    /// Rows by id, at most 2,000.
    case retrieve(ids: [String])
    /// Which of these ids, at most 2,000, are live records that the user may see.
    case exists(ids: [String])
    /// How many live records have their stamps in a window.
    case count(StampWindow)
    /// Ids and stamps of a window's records, deleted ones too, behind a position; at most so many.
    case narrow(StampWindow, after: ChangeQuery.Position?, limit: Int)

    /// Whether it goes on with a query by its locator, which belongs to the session that began it.
    package var isNextPage: Bool { if case .nextPage = self { true } else { false } }

    /// Whether it counts among the five queries of a composite call.
    package var isQuery: Bool {
        switch self {
        case .query, .nextPage, .count, .narrow: true
        case .deleteLog, .updateLog, .retrieve, .exists: false
        }
    }
}

/// The answer to an `ObjectRequest`.
package enum ObjectReply: Sendable, Hashable {
    case page(QueryPage)
    case count(WindowCount)
    case deleteLog(DeleteLog)
    case updateLog(UpdateLog)
    case failure(SalesforceError)

    /// The same, its rows or entries knowing when they were asked for.
    func requested(at moment: Timestamp) -> ObjectReply {
        switch self {
        case .page(var page):
            page.requestedAt = moment
            return .page(page)
        case .deleteLog(var log):
            log.requestedAt = moment
            return .deleteLog(log)
        case .count, .updateLog, .failure: return self
        }
    }
}

/// What a step of an object's poll brought; stored before the next step.
package struct ObjectBatch: Sendable, Hashable {
    package var observations: [Observation]
    package var policy: ChangeDecision.Policy
    package var source: ChangeSource
    package var record: PollerRecord
    /// The org's spelling of the object.
    package var object: String
    /// What the poll leaves to be read beside the polls from here on.
    package var backlog: BacklogSpan?
}

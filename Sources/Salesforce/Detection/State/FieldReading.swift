/// Which fields of an object are read and by which queries, and how new the list of them is.
///
/// Invariants: there is one group of fields at least; a field that was left out is in no group and not in the schema; a page is
/// held only until the list was read, and the groups stay as its query named them until then.
struct FieldReading: Sendable {
    private(set) var schema: ObjectSchema?
    /// The fields by query, beside those that every row needs: the first that of the rows, the others by the ids of each
    /// page. More than one where the org refuses to name all of them in one.
    private(set) var groups: [[String]]
    /// The list need not be read now.
    private(set) var isDescribed: Bool
    /// The list was read in this poll.
    private(set) var isFresh = false
    /// No list could be had, so that none can be to blame.
    private(set) var isMissing = false
    /// The list was read anew because a query named a field that the org doesn't know.
    private(set) var wasRedescribed = false
    /// Fields that the org lists and refuses.
    private(set) var leftOut: Set<String> = []
    /// The page whose rows were held back until the list is here.
    private var heldPage: QueryPage?

    init(_ schema: ObjectSchema?, parts: Int64?, isDescribed: Bool) {
        self.schema = schema
        self.isDescribed = isDescribed
        groups = Self.groups(schema, parts)
    }

    private static func groups(_ schema: ObjectSchema?, _ parts: Int64?) -> [[String]] {
        schema?.groups(Int(parts ?? 1)) ?? [[]]
    }

    /// What the question about rows names; the further fields are read by id.
    var requestedSchema: ObjectSchema? { isParted ? schema?.reading(groups[0]) : schema }

    var isParted: Bool { groups.count > 1 }

    /// The fields of the question about rows, beside those that every row needs.
    var first: [String] { groups[0] }

    // MARK: The list

    mutating func redescribe() {
        wasRedescribed = true
        isDescribed = false
    }

    /// Has the list read anew, unless it was in this poll.
    mutating func refresh() { if !isFresh { isDescribed = false } }

    /// Takes the list; without what the org refused to give.
    mutating func accept(_ described: ObjectSchema, parts: Int64?) -> ObjectSchema {
        var known = described
        for field in leftOut { known = known.leavingOut(field) ?? known }
        schema = known
        isDescribed = true
        isFresh = true
        part(in: parts)
        return known
    }

    /// No list could be had.
    mutating func acceptFailure() {
        isDescribed = true
        isFresh = true
        isMissing = true
    }

    // MARK: The page that waits for it

    var holdsPage: Bool { heldPage != nil }

    mutating func hold(_ page: QueryPage) {
        heldPage = page
        isDescribed = false
    }

    mutating func release() -> QueryPage? {
        defer { heldPage = nil }
        return heldPage
    }

    // MARK: Fewer fields

    /// Spreads the fields over so many queries, or more where names would be too long for one.
    mutating func part(in parts: Int64?) { groups = Self.groups(schema, parts) }

    /// Reads all fields by id, and of the rows no more than each needs.
    mutating func readAllByID() { groups.insert([], at: 0) }

    /// Reads on without a field; false where every row needs it.
    mutating func leaveOut(_ field: String) -> Bool {
        guard let without = schema?.leavingOut(field) else { return false }
        leftOut.insert(field)
        schema = without
        // Left in their places: the pages of a query that is being read hold what it named.
        groups = groups.map { $0.filter { $0 != field } }
        return true
    }
}

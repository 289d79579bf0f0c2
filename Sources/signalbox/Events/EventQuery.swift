import Domain

/// Which events a command is about: the words of `--filter`, as the management API's query takes them.
struct EventQuery: Sendable, Hashable {
    struct Item: Sendable, Hashable {
        let name: String
        let value: String
    }

    static let help = """
        FILTER is words with blanks between: object:Account,Case  change:created,updated,deleted  \
        state:queued,waiting,retrying,dead,delivered,none  record:ID  instance:N  since:10m  until:2026-11-23T18:00:00Z; \
        any other word must stand in the record.
        """

    private(set) var instance: InstanceID?
    private(set) var items: [Item] = []

    /// - Throws: `UsageError` that names the word.
    init(parsing text: String, now: Timestamp) throws(UsageError) {
        var words: [String] = []
        for word in text.split(whereSeparator: \.isWhitespace).map(String.init) {
            guard let colon = word.firstIndex(of: ":"), colon != word.startIndex else {
                words.append(word)
                continue
            }
            try take(String(word[..<colon]).lowercased(), String(word[word.index(after: colon)...]), now: now)
        }
        if !words.isEmpty { items.append(Item(name: "searchText", value: words.joined(separator: " "))) }
    }

    /// With the instance that another option named.
    init(filter: String?, instance: InstanceID?, now: Timestamp) throws(UsageError) {
        try self.init(parsing: filter ?? "", now: now)
        if let instance { self.instance = instance }
    }

    /// Where the API lists these events.
    var path: String { instance.map { "/instances/\($0)/events" } ?? "/instances/events" }

    var query: [(String, String)] { items.map { ($0.name, $0.value) } }

    private mutating func take(_ key: String, _ value: String, now: Timestamp) throws(UsageError) {
        func add(_ name: String, _ value: String) { items.append(Item(name: name, value: value)) }
        func checked(_ allowed: [String]) throws(UsageError) -> String {
            for part in value.split(separator: ",") where !allowed.contains(part.lowercased()) {
                throw UsageError(
                    "--filter: \(key) is one of \(allowed.joined(separator: ", ")); “\(part.prefix(60))” is none of them."
                )
            }
            return value
        }
        guard !value.isEmpty else { throw UsageError("--filter: “\(key):” needs a value, like \(key):…") }
        switch key {
        case "object", "objects": add("objects", value)
        case "change", "kind", "type": add("eventTypes", try checked(["created", "updated", "deleted"]).uppercased())
        case "state", "status": add("status", try checked(DeliveryState.allCases.map(\.rawValue)).lowercased())
        case "record", "id":
            guard let id = SalesforceID(value) else {
                throw UsageError("--filter: record is an id of 15 or 18 characters; “\(value.prefix(60))” is not.")
            }
            add("objectId", id.text)
        case "since", "from": add("from", try Self.moment(key, value, now: now).isoMilliseconds)
        case "until", "to": add("to", try Self.moment(key, value, now: now).isoMilliseconds)
        case "instance":
            guard let id = InstanceID(value) else {
                throw UsageError("--filter: instance is a number; “\(value.prefix(60))” is not.")
            }
            instance = id
        default:
            throw UsageError(
                "--filter: “\(key.prefix(60)):” is not known; use object, change, state, record, instance, since or until."
            )
        }
    }

    /// A moment, or how long ago it was.
    private static func moment(_ key: String, _ text: String, now: Timestamp) throws(UsageError) -> Timestamp {
        if let moment = Timestamp(parsing: text) { return moment }
        guard let ago = DurationText.parse(text) else {
            throw UsageError(
                "--filter: \(key) is a duration like 10m or a moment like 2026-11-23T18:00:00Z; “\(text.prefix(60))” is neither."
            )
        }
        return now.advanced(byMilliseconds: -ago.wholeMilliseconds)
    }
}

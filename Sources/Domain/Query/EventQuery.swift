package import Primitives

/// Which events a person means: the words that `--filter` and the dashboard's filter fields take.
package struct EventQuery: Sendable, Hashable {
    /// Why a query could not be read: one sentence that names the word.
    package struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String

        package init(_ description: String) { self.description = description }
    }

    package static let help = """
        FILTER is a list of terms, separated by spaces: object:Account,Case  change:created,updated,deleted  \
        state:queued,waiting,retrying,held,dead,delivered,none  replay:failed,succeeded  -replay:succeeded  record:ID  instance:N  since:10m  until:2026-11-23T18:00:00Z; \
        any other word must occur in the record.
        """

    /// What the words ask for; the instance is kept beside it.
    package var filter = EventFilter()
    package var instance: InstanceID?

    /// Reads the words; durations like `since:10m` count back from `now`.
    ///
    /// - Throws: `Fault` that names the word.
    package init(parsing text: String, now: Timestamp) throws(Fault) {
        var words: [String] = []
        for word in text.split(whereSeparator: \.isWhitespace).map(String.init) {
            guard let colon = word.firstIndex(of: ":"), colon != word.startIndex else {
                words.append(word)
                continue
            }
            try apply(String(word[..<colon]).lowercased(), String(word[word.index(after: colon)...]), now: now)
        }
        if !words.isEmpty {
            let text = words.joined(separator: " ")
            guard text.utf8.count <= 1000 else { throw Fault("The words to find are longer than 1000 bytes.") }
            filter.text = text
        }
        if let from = filter.from, let to = filter.to, from > to {
            throw Fault("since is later than until; swap them.")
        }
    }

    private mutating func apply(_ key: String, _ value: String, now: Timestamp) throws(Fault) {
        guard !value.isEmpty else { throw Fault("“\(key.prefix(60)):” needs a value, like \(key.prefix(60)):…") }
        switch key {
        case "object", "objects":
            for name in Self.parts(value) {
                guard InstanceConfiguration.isObjectName(name) else {
                    throw Fault("object is an API name like Account or Invoice__c; “\(name.prefix(60))” is not.")
                }
                filter.objects.insert(name)
            }
        case "change", "kind", "type":
            let names = Change.allCases.map { $0.rawValue.lowercased() }
            filter.changes.formUnion(try Self.chosen(key, value, names) { Change(rawValue: $0.uppercased()) })
        case "state", "status":
            let names = DeliveryState.allCases.map(\.rawValue)
            filter.states.formUnion(try Self.chosen(key, value, names) { DeliveryState(rawValue: $0.lowercased()) })
        case "replay": filter.replays.formUnion(try Self.verdicts(key, value))
        case "-replay": filter.excludedReplays.formUnion(try Self.verdicts(key, value))
        case "record", "id":
            guard let id = SalesforceID(value) else {
                throw Fault("record is an id of 15 or 18 characters; “\(value.prefix(60))” is not.")
            }
            filter.recordID = id.text
        case "since", "from": filter.from = try Self.moment(key, value, now: now)
        case "until", "to": filter.to = try Self.moment(key, value, now: now)
        case "instance":
            guard let id = InstanceID(value) else {
                throw Fault("instance is a number; “\(value.prefix(60))” is not.")
            }
            instance = id
        default:
            throw Fault(
                "“\(key.prefix(60)):” is not known; use object, change, state, replay, record, instance, since or until."
            )
        }
    }

    private static func verdicts(_ key: String, _ value: String) throws(Fault) -> [ReplayVerdict] {
        try chosen(key, value, ReplayVerdict.allCases.map(\.rawValue)) { ReplayVerdict(rawValue: $0.lowercased()) }
    }

    private static func parts(_ value: String) -> [String] { value.split(separator: ",").map(String.init) }

    private static func chosen<Choice>(
        _ key: String,
        _ value: String,
        _ names: [String],
        _ read: (String) -> Choice?
    ) throws(Fault) -> [Choice] {
        var found: [Choice] = []
        for part in parts(value) {
            guard let choice = read(part) else {
                throw Fault("\(key) is one of \(names.joined(separator: ", ")); “\(part.prefix(60))” is none of them.")
            }
            found.append(choice)
        }
        return found
    }

    /// A moment, or how long ago it was.
    private static func moment(_ key: String, _ text: String, now: Timestamp) throws(Fault) -> Timestamp {
        let moment =
            Timestamp(parsing: text)
            ?? DurationText.parse(text).flatMap { ago in
                let (moment, isTooFar) = now.milliseconds.subtractingReportingOverflow(ago.wholeMilliseconds)
                return isTooFar ? nil : Timestamp(milliseconds: moment)
            }
        guard let moment, Timestamp.writable.contains(moment) else {
            throw Fault(
                "\(key) is a duration like 10m or a moment like 2026-11-23T18:00:00Z; “\(text.prefix(60))” is neither."
            )
        }
        return moment
    }
}

extension EventFilter {
    /// The words of a query that finds the same; the instances are left out. Empty where nothing restricts.
    package var words: String {
        var words: [String] = []
        func list(_ name: String, _ values: [String]) {
            if !values.isEmpty { words.append("\(name):" + values.sorted().joined(separator: ",")) }
        }
        list("state", states.map(\.rawValue))
        list("replay", replays.map(\.rawValue))
        list("-replay", excludedReplays.map(\.rawValue))
        list("object", Array(objects))
        list("change", changes.map { $0.rawValue.lowercased() })
        if let recordID { words.append("record:\(recordID)") }
        if let from { words.append("since:\(from.shortISO)") }
        if let to { words.append("until:\(to.shortISO)") }
        if let text { words.append(text) }
        return words.joined(separator: " ")
    }
}

extension Timestamp {
    /// Milliseconds only where there are any.
    fileprivate var shortISO: String { milliseconds % 1000 == 0 ? iso : isoMilliseconds }
}

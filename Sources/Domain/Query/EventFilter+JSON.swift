package import Primitives

extension EventFilter {
    /// Why a filter could not be read: one sentence that names the member, or the place in the text.
    package struct Fault: SentenceError, Sendable, Hashable, CustomStringConvertible {
        package let description: String

        init(_ description: String) { self.description = description }
    }

    private static let memberNames = [
        "objects", "changes", "states", "replays", "excludedReplays", "from", "to", "record", "text",
    ]

    /// Reads a text of the filter language, or the members named above, each of which may be left out. Only what says nothing
    /// at all finds everything: what was given and comes to nothing is refused.
    package init(json: JSON, now: Timestamp) throws(Fault) {
        try self.init(json) { (text) throws(FilterFault) in try EventExpression(requested: text, now: now) }
    }

    private init(_ json: JSON, read: (String) throws(FilterFault) -> EventExpression) throws(Fault) {
        self.init()
        if let text = json.string {
            do { expression = try read(text) } catch { throw Fault(error.description) }
            guard expression != .everything else {
                throw Fault("filter is an empty text; leave it out to mean every event.")
            }
            return
        }
        guard let members = json.members else { throw Fault("filter must be a text or an object.") }
        let unknown = members.map(\.name).filter { !Self.memberNames.contains($0) }
        guard unknown.isEmpty else {
            let names = unknown.prefix(5).map { "\u{201C}\($0.prefix(40))\u{201D}" }.joined(separator: ", ")
            throw Fault("filter has no \(names); its members are \(Self.memberNames.joined(separator: ", ")).")
        }
        for member in members {
            guard member.value != .null else {
                throw Fault("filter.\(member.name) is null; leave it out where it restricts nothing.")
            }
            switch member.name {
            case "objects": objects = try Self.set(member) { InstanceConfiguration.isObjectName($0) ? $0 : nil }
            case "changes": changes = try Self.set(member) { Change(rawValue: $0.uppercased()) }
            case "states": states = try Self.set(member) { DeliveryState(rawValue: $0.lowercased()) }
            case "replays": replays = try Self.set(member) { ReplayVerdict(rawValue: $0.lowercased()) }
            case "excludedReplays":
                excludedReplays = try Self.set(member) { ReplayVerdict(rawValue: $0.lowercased()) }
            case "from": from = try Self.moment(member)
            case "to": to = try Self.moment(member)
            case "record":
                guard let id = member.value.string.flatMap({ SalesforceID($0) }) else {
                    throw Fault("filter.record is a record id of 15 or 18 letters and digits.")
                }
                recordID = id.text
            default:
                guard let text = member.value.string, text.utf8.count <= 1000 else {
                    throw Fault("filter.text is a text of at most 1000 bytes.")
                }
                expression = Self.words(text)
                guard expression != .everything else {
                    throw Fault("filter.text has no letter and no digit; write words of a record, or leave it out.")
                }
            }
        }
        if let from, let to, from > to { throw Fault("filter.from is later than filter.to; swap them.") }
    }

    /// What restricts, in a form that `init(stored:)` reads; the instances are left out. Members as members, an expression
    /// as its text with all members among it.
    package var json: JSON {
        guard expression == .everything else { return .string(whole.description) }
        var members: [JSON.Member] = []
        func list(_ name: String, _ values: [String]) {
            if !values.isEmpty { members.append(.init(name, .array(values.sorted().map { .string($0) }))) }
        }
        list("objects", Array(objects))
        list("changes", changes.map(\.rawValue))
        list("states", states.map(\.rawValue))
        list("replays", replays.map(\.rawValue))
        list("excludedReplays", excludedReplays.map(\.rawValue))
        if let from { members.append(.init("from", .string(from.isoMilliseconds))) }
        if let to { members.append(.init("to", .string(to.isoMilliseconds))) }
        if let recordID { members.append(.init("record", .string(recordID))) }
        return .object(members)
    }

    /// Reads what another program of ours sends of its `json`.
    package init(printed json: JSON) throws(Fault) {
        try self.init(json) { (text) throws(FilterFault) in try EventExpression(printed: text) }
    }

    /// Reads what was stored of the `json` of a filter that was taken.
    package init(stored json: JSON) throws(Fault) {
        try self.init(json) { (text) throws(FilterFault) in try EventExpression(stored: text) }
    }

    /// All that restricts as one expression; the instances are left out, and the holds.
    package var whole: EventExpression {
        var parts: [EventTerm] = []
        if !states.isEmpty { parts.append(.states(states)) }
        if !replays.isEmpty { parts.append(.replays(replays)) }
        if !objects.isEmpty { parts.append(.objects(objects)) }
        if !changes.isEmpty { parts.append(.changes(changes)) }
        if let recordID { parts.append(.records([SalesforceID(recordID)?.text ?? recordID])) }
        if let from { parts.append(.since(from)) }
        if let to { parts.append(.until(to)) }
        let excluded: [EventExpression] =
            excludedReplays.isEmpty ? [] : [.not(.term(.replays(excludedReplays)))]
        return .every(parts.map { .term($0) } + excluded + [expression])
    }

    /// The same with the instances.
    package var condition: EventExpression {
        guard !instanceIDs.isEmpty else { return whole }
        return .every([.term(.instances(Set(instanceIDs.map { String($0) }))), whole])
    }

    /// Words that must all stand in the record, in any order, as a parameter gives them: no sign in it means anything but
    /// the star at the end of a word. What has no letter and no digit restricts nothing.
    package static func words(_ text: String) -> EventExpression {
        .every(text.split(whereSeparator: \.isWhitespace).compactMap { WordSearch($0).map { .term(.words($0)) } })
    }

    private static func set<Value: Hashable>(
        _ member: JSON.Member,
        _ read: (String) -> Value?
    ) throws(Fault) -> Set<Value> {
        let elements = member.value.array ?? (member.value.string.map { [.string($0)] } ?? [])
        guard (1...200).contains(elements.count) else {
            throw Fault("filter.\(member.name) must be a list of 1 to 200 texts; leave it out to mean all of them.")
        }
        var found: Set<Value> = []
        for element in elements {
            guard let value = element.string.flatMap(read) else {
                throw Fault("filter.\(member.name) can't hold \u{201C}\(element.text.prefix(60))\u{201D}.")
            }
            found.insert(value)
        }
        return found
    }

    private static func moment(_ member: JSON.Member) throws(Fault) -> Timestamp {
        let given: Timestamp? =
            if case .number(let digits) = member.value {
                Int64(digits).flatMap { Timestamp(epochMilliseconds: $0) }
            } else {
                member.value.string.flatMap { Timestamp(parsing: $0) }
            }
        guard let moment = given, Timestamp.writable.contains(moment) else {
            throw Fault("filter.\(member.name) is a moment like 2026-11-23T18:00:00Z or epoch milliseconds.")
        }
        return moment
    }
}

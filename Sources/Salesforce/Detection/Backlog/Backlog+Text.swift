package import Domain
import Primitives

/// As a position of the store holds it.
extension Backlog {
    /// The name of an object's backlog among the positions of an instance; no object's.
    package static func name(of object: String) -> String { prefix + object.lowercased() }

    private static let prefix = "/backlog/"

    /// Whether a position of an instance is worth keeping where these objects are watched, in lower case: it is no backlog, or
    /// that of one of them.
    package static func isName(_ name: String, among objects: Set<String>) -> Bool {
        !name.hasPrefix(prefix) || objects.contains(String(name.dropFirst(prefix.count)))
    }

    /// Nil where there is none, or none that this version understands.
    package init?(parsing text: String?) {
        guard let text, let json = try? JSON(parsing: text), let parts = json["parts"]?.array else { return nil }
        var read: [Part] = []
        for part in parts {
            guard let id = part["id"]?.integer, let to = part["to"]?.integer else { continue }
            var position: ChangeQuery.Position?
            if let stamp = part["stamp"]?.integer, let row = part["row"]?.string.flatMap({ SalesforceID($0) }) {
                position = .init(stamp: Timestamp(milliseconds: stamp), recordID: row.text)
            }
            read.append(
                Part(
                    id: id,
                    from: part["from"]?.integer.map { Timestamp(milliseconds: $0) },
                    to: Timestamp(milliseconds: to),
                    position: position,
                    span: part["span"]?.integer,
                    includesDeleted: part["includesDeleted"]?.bool ?? true
                )
            )
        }
        guard let last = read.map(\.id).max() else { return nil }
        self.init(after: last)
        self.parts = read
        rows = max(0, json["rows"]?.integer ?? 0)
        total = json["total"]?.integer
        calls = max(0, json["calls"]?.integer ?? 0)
        milliseconds = max(0, json["milliseconds"]?.integer ?? 0)
        isPaused = json["isPaused"]?.bool ?? false
    }

    /// Nil once all of it is read.
    package var text: String? {
        guard !isDone else { return nil }
        var members: [JSON.Member] = [
            .init("parts", .array(parts.map(Self.json))), .init("rows", .integer(rows)),
            .init("calls", .integer(calls)), .init("milliseconds", .integer(milliseconds)),
        ]
        if let total { members.append(.init("total", .integer(total))) }
        if isPaused { members.append(.init("isPaused", .bool(true))) }
        return JSON.object(members).text
    }

    private static func json(_ part: Part) -> JSON {
        var members: [JSON.Member] = [
            .init("id", .integer(part.id)), .init("to", .integer(part.to.milliseconds)),
            .init("includesDeleted", .bool(part.includesDeleted)),
        ]
        if let from = part.from { members.append(.init("from", .integer(from.milliseconds))) }
        if let position = part.position {
            members.append(.init("stamp", .integer(position.stamp.milliseconds)))
            members.append(.init("row", .string(position.recordID)))
        }
        if let span = part.span { members.append(.init("span", .integer(span))) }
        return .object(members)
    }

    /// The record that keeps it beside the cursors.
    package func position(_ instance: InstanceID, of object: String) -> PollerRecord {
        PollerRecord(instanceID: instance, object: Self.name(of: object), resume: text)
    }
}

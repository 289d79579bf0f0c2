import Domain
import Primitives

/// A request that reached `listen`, and the line that tells of it.
struct ReceivedNotification: Sendable {
    let receivedAt: Timestamp
    let method: String
    let path: String
    /// Names in lower case, in the order in which they came.
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// Everything about the notification as one JSON object.
    func report(check: SignatureCheck, answer: ListenerAnswer) -> JSON {
        let parsed = try? JSON(parsing: body)
        let message = parsed?["message"]
        let events = message?["events"]?.array ?? []
        let first = events.first
        var members: [JSON.Member] = []
        func add(_ name: String, _ value: JSON?) { members.append(JSON.Member(name, value ?? .null)) }
        add("receivedAt", .string(receivedAt.isoMilliseconds))
        add("method", .string(method))
        add("path", .string(path))
        add("status", .integer(answer.status))
        if let refusal = answer.refusal { add("refusal", .string(refusal)) }
        add("eventId", message?["eventId"])
        add("eventType", first?["eventType"])
        add("objectType", first?["objectType"])
        add("objectId", first?["objectId"])
        add("events", .array(events.map(Self.brief)))
        add("attempt", header("signalbox-attempt").flatMap { Int($0) }.map { .integer($0) })
        add("replay", .bool(header("signalbox-replay") == "true"))
        add("signature", signature(check))
        add("headers", .object(headers.map { JSON.Member($0.name, .string($0.value)) }))
        add("body", parsed ?? .string(String(decoding: body, as: UTF8.self)))
        return .object(members)
    }

    private func signature(_ check: SignatureCheck) -> JSON {
        let elements = check.elements(header: header("elements-webhook-signature"), body: body)
        let standard = check.standardWebhooks(
            id: header("webhook-id"),
            timestamp: header("webhook-timestamp"),
            signature: header("webhook-signature"),
            body: body,
            now: receivedAt
        )
        return ["elements": .string(elements.rawValue), "standardWebhooks": .string(standard.rawValue)]
    }

    private static func brief(_ event: JSON) -> JSON {
        let names = ["eventType", "objectType", "objectId", "date"]
        return .object(names.compactMap { name in event[name].map { JSON.Member(name, $0) } })
    }
}

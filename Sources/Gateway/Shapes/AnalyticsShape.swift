/// Counts over time and dispositions, as the API describes them.
enum AnalyticsShape {
    static let countsSchema = JSONSchema.list(
        of: .object(["count": .count, "timestamp": .moment.described("When the bucket begins.")]).named("EventCount")
    )

    /// Counts of groups that the member `key` names.
    static func groupsSchema(_ key: String) -> JSONSchema {
        let record = JSONSchema.object(
            members: [(key, .id), ("count", .count), ("success", .count), ("failed", .count)],
            required: [key, "count", "success", "failed"]
        )
        return .list(of: .object(["timestamp": .moment, "total": .count, "records": .list(of: record)]))
    }

    static let dispositionSchema = JSONSchema.object([
        "eventId": .text, "elementInstanceId": .id, "notificationData": .list(of: .object(["message": .text])),
    ]).named("Disposition")
}

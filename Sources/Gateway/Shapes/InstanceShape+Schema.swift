import Domain
import Primitives

extension InstanceShape {
    static let schema = JSONSchema.object(
        [
            "id": .id, "name": .text, "createdDate": .moment, "updatedDate": .moment,
            "token": .text.described("Element token: names the instance in the Authorization header."),
            "element": .object(
                ["id": .constant(23), "key": .words(["sfdc"]), "name": .text, "hub": .text, "active": .flag]
            ).named("Element"),
            "elementId": .constant(23), "tags": .list(of: .text), "provisionInteractions": .list(of: .anything),
            "valid": .flag.described("Whether Signalbox is connected to the org."), "disabled": .flag,
            "maxCacheSize": .count, "cacheTimeToLive": .count, "eventsEnabled": .flag, "traceLoggingEnabled": .flag,
            "cachingEnabled": .flag, "externalAuthentication": .words(["initial", "none"]),
            "user": .object(["id": .id]),
        ],
        optional: [
            "configuration": .table(of: .text).described("Every value as a text, secrets as ********."),
            "state": stateSchema,
        ]
    ).named("Instance")

    private static let stateSchema = JSONSchema.object(
        [
            "source": .words(SourceState.words)
                .described("Where the way in from the org stands."),
            "callback": callbackSchema, "polling": .flag.described("Whether a poll runs now."),
            "nextPoll": .moment.nullable, "receiverUrl": .address, "organization": .text.nullable,
        ],
        optional: [
            "lastSuccess": .moment.nullable, "reason": .text.described("Why it is as it is; one sentence."),
            "providerMessage": .text.described("What the org itself said to the last poll."),
            "since": .moment, "apiUsage": .object(["used": .count, "allowed": .count]),
            "apiBudget": .object([
                "used": .count.described("Calls of the last 24 hours that Signalbox made."),
                "limit": .count.nullable.described(
                    "What event.poller.api.budget allows; null until the org says its limit."
                ),
                "callsByPurpose": DeliveryShape.callsSchema,
            ]),
            "unwatched": .object([
                "changes": .count.described("Changes that webhooks brought of objects that event.objects lacks."),
                "objects": .list(of: .text).described("Some of these objects."),
            ]),
        ]
    ).named("InstanceState")

    private static let callbackSchema = JSONSchema.object(
        ["state": .words(["none", "idle", "healthy", "failing", "held"])],
        optional: [
            "status": .integer(100...599), "milliseconds": .count, "at": .moment.nullable, "reason": .text,
            "retrying": .count,
            "until": .moment.nullable.described(
                "When it is tried again; null: when a person says so. Of one that fails, the end of a pause that it asked for."
            ),
        ]
    ).named("CallbackState")
}

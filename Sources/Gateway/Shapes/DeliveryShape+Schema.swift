import Domain
import EngineAPI
import Primitives

extension DeliveryShape {
    static let schema = JSONSchema.object([
        "notificationId": .id, "instanceId": .id, "state": .words(DeliveryState.self),
        "attempts": .count.described("Made so far, replays not counted."), "nextAttempt": .moment.nullable,
        "createdDate": .moment, "lastStatus": status.nullable, "lastMilliseconds": .count.nullable,
        "lastError": .text.nullable, "lastReplay": .any(of: [replayOutcomeSchema, .null]),
        "sendingSince": .moment.nullable.described("When the attempt began that is under way on this node."),
    ]).named("Delivery")

    private static let replayOutcomeSchema = JSONSchema.object([
        "verdict": .words(ReplayVerdict.self), "startedDate": .moment, "milliseconds": .count,
        "status": status.nullable, "error": .text.nullable,
    ]).named("ReplayOutcome")

    private static let phasesSchema = JSONSchema.object([
        "resolveMilliseconds": .count.nullable.described("For the host's name."),
        "connectMilliseconds": .count.nullable.described("For the connection alone."),
        "tlsMilliseconds": .count.nullable.described("For TLS alone."),
        "reused": .flag.described("Whether the connection had been used before."),
    ]).named("AttemptPhases")

    static let attemptSchema = JSONSchema.object([
        "id": .count, "notificationId": .id, "number": .id.described("1, 2, 3 …; replays count on."), "replay": .flag,
        "edited": .flag.described("Whether a person had changed the body of the replay."),
        "startedDate": .moment, "milliseconds": .count, "firstByteMilliseconds": .count.nullable,
        "phases": .any(of: [phasesSchema, .null]), "url": .address,
        "success": .flag, "status": status.nullable,
        "error": .text.nullable, "responseHeaders": .list(of: .object(["name": .text, "value": .text])),
        "responseBody": .text.described("How the response's body begins."),
    ]).named("Attempt")

    static let replaySchema = JSONSchema.object(
        [:],
        optional: [
            "callbackUrl": .address.described("Another target."),
            "notification": JSONSchema(["type": ["object", "string", "null"]])
                .described("An edited body; a text is sent as it is."),
        ],
        isClosed: true
    ).named("EventReplay")

    static let callsSchema = JSONSchema.table(of: .count).described(
        "Calls of the org by purpose: \(CallPurpose.allCases.map(\.rawValue).joined(separator: ", ")); "
            + "tokens are not of its allowance."
    )

    static let pollSchema = JSONSchema.object([
        "events": .count, "created": .count, "updated": .count, "deleted": .count,
        "repeats": .count.described("Changes that were known already."), "rowsRead": .count, "apiCalls": .count,
        "callsByPurpose": callsSchema,
        "milliseconds": .count, "problems": .table(of: .text).described("By object, one sentence each."),
        "providerMessages": .table(of: .text).described("By object, what the org itself said."),
    ]).named("PollSummary")

    static let pollerSchema = JSONSchema.object([
        "instanceId": .id, "objectType": .text, "status": .words(["POLLING", "OK", "DEGRADED"]),
        "message": .text.nullable, "providerMessage": .text.nullable.described("What the org itself said."),
        "note": .text.nullable.described("What holds of the object by its nature."), "cursor": .moment.nullable,
        "deletedCursor": .moment.nullable,
        "lastPollDate": .moment.nullable, "nextPollDate": .moment.nullable, "lagSeconds": .count.nullable,
        "apiCalls": .count, "callsByPurpose": callsSchema, "rowsRead": .count,
    ]).named("PollerRecord")

    static let webhookSchema = JSONSchema.object([
        "receiverUrl": .address, "outboundMessageUrl": .address,
        "signingSecret": .text.described("whsec_ and base64: what webhooks are signed with."),
        "previousSecretExpires": .moment.nullable, "unsignedAllowed": .flag,
    ]).named("Webhook")

    private static let status = JSONSchema.integer(100...599)
}

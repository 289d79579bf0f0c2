package import Domain
import EngineAPI
package import Primitives

/// Deliveries, attempts and polls as the API shows them.
package enum DeliveryShape {
    static func json(_ delivery: Delivery) -> JSON {
        [
            "notificationId": .integer(delivery.notificationID),
            "instanceId": .integer(delivery.instanceID),
            "state": .string(delivery.state.rawValue),
            "attempts": .integer(delivery.attempts),
            "nextAttempt": InstanceShape.moment(delivery.nextAttempt),
            "createdDate": InstanceShape.moment(delivery.createdAt),
            "lastStatus": delivery.lastStatus.map { .integer($0) } ?? .null,
            "lastMilliseconds": delivery.lastMilliseconds.map { .integer($0) } ?? .null,
            "lastError": delivery.lastError.map { .string($0) } ?? .null,
            "lastReplay": delivery.lastReplay.map(json) ?? .null,
            "sendingSince": InstanceShape.moment(delivery.sendingSince),
        ]
    }

    private static func json(_ replay: ReplayOutcome) -> JSON {
        [
            "verdict": .string(replay.verdict.rawValue),
            "startedDate": .string(replay.at.isoMilliseconds),
            "milliseconds": .integer(replay.milliseconds),
            "status": replay.outcome.status.map { .integer($0) } ?? .null,
            "error": replay.outcome.errorText.map { .string($0) } ?? .null,
        ]
    }

    package static func json(_ attempt: Attempt) -> JSON {
        [
            "id": .integer(attempt.id),
            "notificationId": .integer(attempt.notificationID),
            "number": .integer(attempt.number),
            "replay": .bool(attempt.isReplay),
            "edited": .bool(attempt.isEdited),
            "startedDate": .string(attempt.startedAt.isoMilliseconds),
            "milliseconds": .integer(attempt.milliseconds),
            "firstByteMilliseconds": attempt.firstByteMilliseconds.map { .integer($0) } ?? .null,
            "phases": attempt.phases.map(json) ?? .null,
            "url": .string(attempt.url),
            "success": .bool(attempt.outcome.isSuccess),
            "status": attempt.outcome.status.map { .integer($0) } ?? .null,
            "error": attempt.outcome.errorText.map { .string($0) } ?? .null,
            "responseHeaders": .array(
                attempt.responseHeaders.map { ["name": .string($0.name), "value": .string($0.value)] }
            ),
            "responseBody": .string(String(decoding: attempt.responseBody, as: UTF8.self)),
        ]
    }

    private static func json(_ phases: AttemptPhases) -> JSON {
        [
            "resolveMilliseconds": phases.resolve.map { .integer($0) } ?? .null,
            "connectMilliseconds": phases.connect.map { .integer($0) } ?? .null,
            "tlsMilliseconds": phases.tls.map { .integer($0) } ?? .null,
            "reused": .bool(phases.isReused),
        ]
    }

    static func json(_ summary: PollSummary) -> JSON {
        [
            "events": .integer(summary.result.events),
            "created": .integer(summary.result.created),
            "updated": .integer(summary.result.updated),
            "deleted": .integer(summary.result.deleted),
            "repeats": .integer(summary.result.repeats),
            "rowsRead": .integer(summary.rowsRead),
            "apiCalls": .integer(summary.apiCalls),
            "callsByPurpose": summary.calls.json,
            "milliseconds": .integer(summary.milliseconds),
            "problems": .object(
                summary.problems.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }
            ),
            "providerMessages": .object(
                summary.providerMessages.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }
            ),
        ]
    }

    static func json(_ record: PollerRecord, now: Timestamp, isPolling: Bool) -> JSON {
        [
            "instanceId": .integer(record.instanceID),
            "objectType": .string(record.object),
            "status": .string(record.problem == nil ? isPolling ? "POLLING" : "OK" : "DEGRADED"),
            "message": record.problem.map { .string($0) } ?? .null,
            "providerMessage": record.providerMessage.map { .string($0) } ?? .null,
            "note": record.note.map { .string($0) } ?? .null,
            "cursor": InstanceShape.moment(record.cursor),
            "deletedCursor": InstanceShape.moment(record.deletedCursor),
            "lastPollDate": InstanceShape.moment(record.lastPoll),
            "nextPollDate": InstanceShape.moment(record.nextPoll),
            "lagSeconds": record.lastPoll.map { .integer(max(0, now.since($0) / 1000)) } ?? .null,
            "apiCalls": .integer(record.apiCalls),
            "callsByPurpose": record.calls.json,
            "rowsRead": .integer(record.rowsRead),
        ]
    }
}

import Domain
import EngineAPI
import Primitives

extension ReplayShape {
    static let schema = JSONSchema.object([
        "id": .id, "instanceId": .id, "state": .words(ReplayJob.State.self), "filter": filterSchema, "rate": rate,
        "total": .count.described("Events that the filter found at the start."), "done": .count, "succeeded": .count,
        "failed": .count,
        "waitsForCallback": .flag.described("Goes on by itself when the callback's hold ends, or one is set."),
        "lastError": .text.nullable,
        "position": .count.described("The sequence of the last event that is done with."), "createdDate": .moment,
        "updatedDate": .moment,
    ]).named("Replay")

    static let previewSchema = JSONSchema.object([
        "dryRun": .constant(true), "count": .count,
        "eventIds": .list(of: .text, atMost: ReplayPreview.shown).described("The first ones, oldest first."),
    ]).named("ReplayPreview")

    static let orderSchema = JSONSchema.object(
        [:],
        optional: [
            "filter": filterSchema, "rate": rate.nullable.defaulting(to: .integer(ReplayJob.defaultRate)),
            "dryRun": JSONSchema.flag.defaulting(to: false),
        ],
        isClosed: true
    ).named("ReplayOrder")

    static let changeSchema = JSONSchema.object(
        [:],
        optional: ["state": JSONSchema.words(["paused", "running"]).nullable, "rate": rate.nullable],
        isClosed: true
    ).named("ReplayChange")

    private static let rate = JSONSchema.integer(ReplayJob.rates).described("Replays a second.")

    static let filterSchema = filter("A text of the filter language.")
    /// Where programs ask the engine itself: nothing there counts back from a now.
    static let printedFilterSchema = filter(
        "A text of the filter language; since and until name whole moments like 2026-11-23T18:00:00Z."
    )

    private static func filter(_ text: String) -> JSONSchema { .any(of: [.text.described(text), membersSchema]) }

    private static let membersSchema = JSONSchema.object(
        [:],
        optional: [
            "objects": .list(of: .text(1...80), atLeast: 1, atMost: 200),
            "changes": .list(of: .words(Change.self), atLeast: 1, atMost: 200),
            "states": .list(of: .words(DeliveryState.self), atLeast: 1, atMost: 200),
            "replays": .list(of: .words(ReplayVerdict.self), atLeast: 1, atMost: 200),
            "excludedReplays": .list(of: .words(ReplayVerdict.self), atLeast: 1, atMost: 200),
            "from": JSONSchema.moment.described("Stored at or after this moment."),
            "to": JSONSchema.moment.described("Stored before this moment."),
            "record": .text(15...18).described("Only this record."),
            "text": .text(1...1000).described("Only events whose record holds these words."),
        ],
        isClosed: true
    ).named("ReplayFilter")
}

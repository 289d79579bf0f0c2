import Domain
import Drawing

/// The settings that few people change: what the first poll reads, reconciliation, and how webhooks are taken.
struct FineTuning: Sendable {
    /// The choices of the first poll; the moment of `since` is a field of its own.
    enum FirstPoll: String, Sendable, Hashable, CaseIterable {
        case now
        case since
        case backfill

        init(_ run: FirstRun) {
            switch run {
            case .now: self = .now
            case .since: self = .since
            case .backfill: self = .backfill
            }
        }
    }

    var firstPoll: FirstPoll
    var since: TextField
    var reconcile: TextField
    var reportTouches: Bool
    var batchSize: TextField
    var deployApex: Bool
    var unsignedWebhooks: Bool

    init(_ settings: InstanceConfiguration) {
        firstPoll = FirstPoll(settings.firstRun)
        since = if case .since(let moment) = settings.firstRun { TextField(moment.iso) } else { TextField() }
        reconcile = TextField(settings.reconcileMinutes.map(String.init) ?? "")
        reportTouches = settings.reportTouches
        batchSize = TextField(String(settings.batchSize))
        deployApex = settings.deployApex
        unsignedWebhooks = settings.unsignedWebhooks
    }

    /// What is typed, as the API would be sent it.
    private var values: [(field: FieldID, key: ConfigurationKey, value: JSON)] {
        let run = firstPoll == .since ? since.text.trimmed : firstPoll.rawValue
        return [
            (firstPoll == .since ? .firstPollSince : .firstPoll, .firstRun, .string(run)),
            (.reconcile, .reconcileMinutes, .string(reconcile.text)),
            (.reportTouches, .reportTouches, .bool(reportTouches)),
            (.batchSize, .batchSize, .string(batchSize.text)),
            (.deployApex, .deployApex, .bool(deployApex)),
            (.unsignedWebhooks, .unsignedWebhooks, .bool(unsignedWebhooks)),
        ]
    }

    /// Puts what can be read into the settings; the rest stays as it was and is a fault.
    func apply(to settings: inout InstanceConfiguration) {
        for (_, key, value) in values { _ = settings.set(key, to: value) }
    }

    /// What is wrong with the fields as they stand.
    func faults(_ eventType: EventType) -> [FieldID: String] {
        var settings = InstanceConfiguration()
        settings.eventType = eventType
        var faults: [FieldID: String] = [:]
        for (field, key, value) in values { faults[field] = settings.set(key, to: value)?.message }
        if firstPoll == .since, since.text.trimmed.isEmpty {
            faults[.firstPollSince] =
                "First poll: since needs a date like 2026-11-23, or a moment like 2026-11-23T18:00:00Z."
        }
        return faults
    }

    /// Whether a field differs from what is in force.
    func isChanged(_ field: FieldID, from settings: InstanceConfiguration) -> Bool {
        let base = FineTuning(settings)
        switch field {
        case .firstPoll: return firstPoll != base.firstPoll
        case .firstPollSince: return firstPoll == .since && since.text.trimmed != base.since.text
        case .reconcile: return reconcile.text.trimmed != base.reconcile.text
        case .reportTouches: return reportTouches != base.reportTouches
        case .batchSize: return batchSize.text.trimmed != base.batchSize.text
        case .deployApex: return deployApex != base.deployApex
        case .unsignedWebhooks: return unsignedWebhooks != base.unsignedWebhooks
        default: return false
        }
    }

    /// Takes over the fields that a person has changed in another draft.
    mutating func keep(_ changed: Set<FieldID>, of draft: FineTuning) {
        if changed.contains(.firstPoll) { firstPoll = draft.firstPoll }
        if changed.contains(.firstPollSince) { since = draft.since }
        if changed.contains(.reconcile) { reconcile = draft.reconcile }
        if changed.contains(.reportTouches) { reportTouches = draft.reportTouches }
        if changed.contains(.batchSize) { batchSize = draft.batchSize }
        if changed.contains(.deployApex) { deployApex = draft.deployApex }
        if changed.contains(.unsignedWebhooks) { unsignedWebhooks = draft.unsignedWebhooks }
    }
}

import Domain
import EngineAPI
import Primitives

/// Fields that are being edited here while somebody else changes them.
extension Form {
    /// Merges what is in force now. A field that a person has changed keeps their draft; where it was changed elsewhere, too,
    /// that is remembered: applying the draft would undo it. What was sent from here is nobody else's.
    mutating func refresh(_ overview: InstanceOverview, sent: InstanceDraft? = nil) {
        guard overview.id == instance else { return }
        let fresh = Form(overview)
        guard fresh.base != base else { return }
        if changes.isEmpty { return rebase(on: fresh.base) }
        let changed = Set(changes)
        var merged = fresh
        merged.restoreView(of: self)
        for field in changed { merged.controls[field] = controls[field] }
        if changed.contains(.setting(.refreshInterval)) { merged.interval = interval }
        if changed.contains(.setting(.objects)) { merged.objects = objects }
        let own = sent ?? applying
        for field in merged.changes where changed.contains(field) {
            let before = overtaken[field] ?? Self.words(for: field, in: base)
            let now = Self.words(for: field, in: fresh.base)
            if now != before, now != own.map({ Self.words(for: field, in: $0) }) { merged.overtaken[field] = before }
        }
        self = merged
    }

    /// What is in force by now for each field that was changed both here and elsewhere, in words.
    var overtakenBy: [FieldID: String] {
        var words: [FieldID: String] = [:]
        for field in overtaken.keys where isChanged(field) { words[field] = Self.words(for: field, in: base) }
        return words
    }

    /// Lets the draft replace what somebody else has set, as far as that is still what a person was shown.
    mutating func overrule(_ shown: [FieldID: String]) {
        for (field, words) in shown where overtakenBy[field] == words { overtaken[field] = nil }
    }

    /// A field's value in words; of a secret, whether there is one.
    private static func words(for field: FieldID, in draft: InstanceDraft) -> String {
        let settings = draft.configuration
        let words: String
        switch field {
        case .setting(.refreshInterval): words = Words.minutes(settings.refreshInterval)
        case .setting(.objects): words = settings.watchedObjects.sorted().joined(separator: ", ")
        case .setting(.grantType): words = settings.effectiveGrant.words
        case .setting(.firstRun): words = FirstPoll(settings.firstRun).rawValue
        case .firstPollSince: words = if case .since(let moment) = settings.firstRun { moment.iso } else { "" }
        case .setting(let key):
            let setting = key.setting
            let value = setting.read(settings)
            let isOpen = setting.secret == nil || setting.isShown && value != secretMask
            if setting.kind == .flag {
                words = value == "true" ? "on" : "off"
            } else {
                words = isOpen || value.isEmpty ? value : "a secret"
            }
        case .name: words = draft.name
        case .tags: words = draft.tags.joined(separator: ", ")
        case .code, .connection, .optional: words = ""
        }
        return words.isEmpty ? "nothing" : words
    }
}

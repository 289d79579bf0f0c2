import Domain
import EngineAPI
import Primitives

extension Form {
    /// What the controls say, as far as it can be said; see `allFaults` for what can't.
    var draft: InstanceDraft { read.draft }

    /// The draft, and what was refused of it.
    private var read: (draft: InstanceDraft, issues: [ConfigurationIssue]) {
        var issues: [ConfigurationIssue] = []
        var settings = base.configuration
        if let minutes = interval.value { settings.refreshInterval = minutes }
        settings.objects = objects.value
        // The same reading as the API's: trimmed, an address without a scheme gets one.
        for key in ConfigurationKey.allCases where key != .grantType && applies(.setting(key)) {
            guard let value = value(of: key) else { continue }
            if let issue = settings.set(key, to: value) { issues.append(issue) }
        }
        if instance == nil || grant != base.configuration.effectiveGrant { settings.grantType = grant }
        let code = self[secret: .code].value.trimmed
        let draft = InstanceDraft(
            name: self[text: .name].text.trimmed,
            tags: self[text: .tags].text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty },
            configuration: settings,
            authorizationCode: grant == .authorizationCode && !code.isEmpty ? Secret(code) : nil
        )
        return (draft, issues)
    }

    /// What a setting's control says, as the API would be sent it; nil for those that are the form's own.
    private func value(of key: ConfigurationKey) -> JSON? {
        if key == .firstRun, firstPoll == .since { return .string(self[text: .firstPollSince].text.trimmed) }
        return controls[.setting(key)]?.value
    }

    /// Whether the field differs from what is in force.
    func isChanged(_ field: FieldID) -> Bool {
        guard applies(field) else { return false }
        let now = base.configuration
        switch field {
        case .setting(.refreshInterval): return interval.value != now.refreshInterval
        case .setting(.objects):
            let watched = objects.value.isEmpty ? InstanceConfiguration.defaultObjects : objects.value
            return Set(watched.map { $0.lowercased() }) != Set(now.watchedObjects.map { $0.lowercased() })
        case .setting(.grantType): return grant != now.effectiveGrant
        case .setting(.firstRun): return firstPoll != FirstPoll(now.firstRun)
        case .setting(let key):
            guard let value = controls[field]?.value else { return false }
            var changed = now
            return changed.set(key, to: value) != nil || key.setting.read(changed) != key.setting.read(now)
        case .firstPollSince:
            return self[text: field].text.trimmed != Form(draft: base, instance: nil)[text: field].text
        case .code: return !self[secret: .code].value.trimmed.isEmpty
        case .name: return self[text: .name].text.trimmed != base.name
        case .tags: return draft.tags != base.tags
        case .connection, .optional: return false
        }
    }

    var changes: [FieldID] { FieldID.allCases.filter(isChanged) }

    /// Whether the field holds what is not in force, or what was only typed.
    func isUnsaved(_ field: FieldID) -> Bool {
        isChanged(field) || field == .setting(.objects) && objects.pending != nil && applies(field)
    }

    /// The fields that leaving the form would lose something of: all that counts or names them means these.
    var unsaved: [FieldID] { FieldID.allCases.filter(isUnsaved) }

    var isDirty: Bool { !unsaved.isEmpty }

    /// What is wrong with one field as it stands.
    func fault(of field: FieldID) -> String? { allFaults[field] }

    /// Everything that keeps the draft from being applied.
    var allFaults: [FieldID: String] {
        var faults: [FieldID: String] = [:]
        let (draft, refused) = read
        for issue in refused + draft.configuration.issues {
            // The file is looked at when it is read.
            if issue.key == .privateKey, keyPath != nil { continue }
            let field = issue.key == .firstRun && firstPoll == .since ? .firstPollSince : FieldID.setting(issue.key)
            if applies(field) { faults[field] = faults[field] ?? issue.message }
        }
        let refreshInterval = FieldID.setting(.refreshInterval)
        if applies(refreshInterval), let fault = interval.fault { faults[refreshInterval] = fault }
        let objectsField = FieldID.setting(.objects)
        if let typed = objects.pending, applies(objectsField), faults[objectsField] == nil {
            faults[objectsField] =
                "Objects to monitor: “\(typed.prefix(60).visible)” is typed and not added; add it, or take it away."
        }
        if firstPoll == .since, self[text: .firstPollSince].text.trimmed.isEmpty {
            faults[.firstPollSince] =
                "First poll: since needs a date like 2026-11-23, or a moment like 2026-11-23T18:00:00Z."
        }
        if draft.name.isEmpty { faults[.name] = "Name is empty; give the instance a name." }
        // What was refused is not in the draft, and is not missing either.
        faults.merge(missing(in: draft)) { refused, _ in refused }
        return faults
    }

    /// What the grant needs and nobody has filled in, all of it: by the same table as the engine's. Where a grant is in force,
    /// only what is taken away from it.
    private func missing(in draft: InstanceDraft) -> [FieldID: String] {
        var draft = draft
        // Without a code the browser is asked, whose answer needs no secret.
        if grant == .authorizationCode, draft.authorizationCode == nil { draft.authorizationState = "" }
        let isNew = instance == nil || isChanged(.setting(.grantType))
        var missing: [FieldID: String] = [:]
        for key in draft.missingKeys {
            let field = FieldID.setting(key)
            if applies(field), isNew || isChanged(field) { missing[field] = lack(of: key) }
        }
        return missing
    }

    private func lack(of key: ConfigurationKey) -> String {
        switch key {
        case .apiKey: "Consumer key is missing; copy it from the External Client App in Setup."
        case .apiSecret:
            grant == .authorizationCode
                ? "Consumer secret is missing; a code that was pasted is exchanged with it."
                : "Consumer secret is missing; the grant \(grant.words) needs it."
        case .baseURL:
            "Endpoint address: the grant \(grant.words) needs the org's own, like https://MyDomain.my.salesforce.com."
        case .username: "User name is missing; give the Salesforce user whose access is used."
        case .privateKey: "JWT private key is missing; paste it, or type the path of its file."
        case .password: "Password is missing; type it with the security token right behind it."
        case .refreshToken: "Refresh token is missing; paste it, or choose another grant."
        default: "\(key.label) is missing; the grant \(grant.words) needs it."
        }
    }

    /// Whether a person has to allow access in a browser before this draft can be applied.
    var needsBrowser: Bool {
        guard grant == .authorizationCode, self[secret: .code].value.trimmed.isEmpty else { return false }
        // With another app, endpoint or scope, what was allowed before is of no use.
        return instance == nil || [.baseURL, .grantType, .apiKey, .oauthScope].contains { isChanged(.setting($0)) }
    }

    /// The file that the private key is in, where a path was typed in place of it.
    var keyPath: String? {
        guard applies(.setting(.privateKey)), let text = self[secret: .setting(.privateKey)].replacement?.text.trimmed,
            ["/", "~/", "./", "../"].contains(where: { text.hasPrefix($0) })
        else { return nil }
        return text
    }

    /// The first faulty field in the order of the form, if any.
    static func first(of faults: [FieldID: String]) -> FieldID? { FieldID.allCases.first { faults[$0] != nil } }

    /// Shows these faults under their fields and goes to the first.
    mutating func show(_ faults: [FieldID: String]) {
        self.faults = faults
        guard let first = Self.first(of: faults) else { return }
        for field in faults.keys { if let section = field.section { unfolded.insert(section) } }
        focus = first
        needsReveal = true
    }

    /// Everything as it is in force, staying where the focus is.
    mutating func discard() {
        rebase(on: base)
        objects.filter = TextField()
        objects.filterChanged()
    }

    /// Applies what the engine has just stored; what was typed meanwhile stays a draft.
    mutating func applied(_ overview: InstanceOverview) {
        let sent = applying
        applying = nil
        faults = [:]
        if draft == sent { rebase(on: Form(overview).base) } else { refresh(overview, sent: sent) }
    }

    mutating func rebase(on draft: InstanceDraft) {
        var fresh = Form(draft: draft, instance: instance)
        fresh.restoreView(of: self)
        fresh.faults = [:]
        self = fresh
    }

    /// Restores what is not part of the draft: the focus, the cursor in its field, the folding, the org's objects.
    mutating func restoreView(of old: Form) {
        offersPassword = old.offersPassword
        focus = old.focus
        unfolded = old.unfolded
        scroll = old.scroll
        test = old.test
        applying = old.applying
        faults = old.faults
        let chosen = objects.value
        objects = old.objects
        objects.choose(chosen)
        if !fields.contains(focus) { focus = .setting(.eventsEnabled) }
        // The text may be another one by now; the cursor stays where it was in it.
        guard case .text(let former)? = old.controls[focus], case .text(var field)? = controls[focus] else { return }
        field.move(to: former.cursor)
        controls[focus] = .text(field)
    }
}

import Domain
import Drawing

extension Form {
    /// What the controls say, as far as it can be said; see `allFaults` for what can't.
    var draft: InstanceDraft { read.draft }

    /// The draft, and what was refused of it.
    private var read: (draft: InstanceDraft, issues: [ConfigurationIssue]) {
        var issues: [ConfigurationIssue] = []
        var settings = base.configuration
        settings.eventsEnabled = eventsEnabled
        settings.eventType = eventType
        if let minutes = interval.value { settings.refreshInterval = minutes }
        settings.objects = objects.value
        settings.filterNulls = filterNulls
        fine.apply(to: &settings)
        // The same reading as the API's: trimmed, an address without a scheme gets one.
        for (key, text) in [
            (ConfigurationKey.callbackURL, callbackURL.text), (.baseURL, endpoint.text),
            (.oauthCallbackURL, redirectURL.text), (.apiKey, consumerKey.value), (.apiSecret, consumerSecret.value),
            (.refreshToken, refreshToken.value), (.username, username.text), (.privateKey, privateKey.value),
            (.password, password.value), (.oauthScope, scope.text), (.signatureKey, signatureKey.value),
        ] {
            if let issue = settings.set(key, to: .string(text)) { issues.append(issue) }
        }
        if instance == nil || grant != base.configuration.effectiveGrant { settings.grantType = grant }
        let code = code.value.trimmed
        let draft = InstanceDraft(
            name: name.text.trimmed,
            tags: tags.text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty },
            configuration: settings,
            authorizationCode: grant == .authorizationCode && !code.isEmpty ? code : nil
        )
        return (draft, issues)
    }

    /// Whether the field differs from what is in force.
    func isChanged(_ field: FieldID) -> Bool {
        let now = base.configuration
        switch field {
        case .eventsEnabled: return eventsEnabled != now.eventsEnabled
        case .eventType: return eventType != now.eventType
        case .callbackURL: return callbackURL.text.trimmed != now.callbackURL
        case .interval: return eventType == .polling && interval.value != now.refreshInterval
        case .objects:
            let watched = objects.value.isEmpty ? InstanceConfiguration.defaultObjects : objects.value
            return Set(watched.map { $0.lowercased() }) != Set(now.watchedObjects.map { $0.lowercased() })
        case .endpoint: return draft.configuration.baseURL != now.baseURL
        case .grant: return grant != now.effectiveGrant
        case .consumerKey: return consumerKey.value != now.apiKey
        case .consumerSecret: return consumerSecret.value != now.apiSecret
        case .username: return applies(field) && username.text.trimmed != now.username
        case .privateKey: return applies(field) && privateKey.value != now.privateKey
        case .password: return applies(field) && password.value != now.password
        case .scope: return applies(field) && scope.text.trimmed != now.oauthScope
        case .code: return grant == .authorizationCode && !code.value.trimmed.isEmpty
        case .redirectURL: return grant == .authorizationCode && redirectURL.text.trimmed != now.oauthCallbackURL
        case .refreshToken: return grant == .refreshToken && refreshToken.value != now.refreshToken
        case .signatureKey: return signatureKey.value != now.signatureKey
        case .filterNulls: return filterNulls != now.filterNulls
        case .name: return name.text.trimmed != base.name
        case .tags: return draft.tags != base.tags
        case .connection, .optional: return false
        case .firstPoll, .firstPollSince, .reconcile, .reportTouches, .batchSize, .deployApex, .unsignedWebhooks:
            return fine.isChanged(field, from: now)
        }
    }

    var changes: [FieldID] { FieldID.allCases.filter(isChanged) }

    var isDirty: Bool { !changes.isEmpty }

    /// What is wrong with one field as it stands.
    func fault(of field: FieldID) -> String? { allFaults[field] }

    /// Everything that keeps the draft from being applied.
    var allFaults: [FieldID: String] {
        var faults: [FieldID: String] = [:]
        let (draft, refused) = read
        for issue in refused + draft.configuration.issues {
            // The file is looked at when it is read.
            if issue.key == .privateKey, keyPath != nil { continue }
            if let field = FieldID(issue.key), applies(field) { faults[field] = faults[field] ?? issue.message }
        }
        if applies(.interval), let fault = interval.fault { faults[.interval] = fault }
        for (field, fault) in fine.faults(eventType) where applies(field) { faults[field] = fault }
        if draft.name.isEmpty { faults[.name] = "Name is empty; give the instance a name." }
        if instance == nil || isChanged(.grant) {
            var missing: [FieldID: String] = [:]
            addConnectionFaults(of: draft, to: &missing)
            // What was refused is not in the draft, and is not missing either.
            faults.merge(missing) { refused, _ in refused }
        }
        return faults
    }

    private func addConnectionFaults(of draft: InstanceDraft, to faults: inout [FieldID: String]) {
        let settings = draft.configuration
        if settings.apiKey.isEmpty {
            faults[.consumerKey] = "Consumer key is missing; copy it from the External Client App in Setup."
        }
        if settings.apiSecret.isEmpty, grant == .clientCredentials || grant == .password {
            faults[.consumerSecret] = "Consumer secret is missing; the grant \(grant.words) needs it."
        }
        if applies(.username), settings.username.isEmpty {
            faults[.username] = "User name is missing; give the Salesforce user whose access is used."
        }
        if applies(.privateKey), settings.privateKey.isEmpty {
            faults[.privateKey] = "JWT private key is missing; paste it, or type the path of its file."
        }
        if applies(.password), settings.password.isEmpty {
            faults[.password] = "Password is missing; type it with the security token right behind it."
        }
        if grant == .refreshToken, settings.refreshToken.isEmpty {
            faults[.refreshToken] = "Refresh token is missing; paste it, or choose another grant."
        }
    }

    /// Whether a person has to allow access in a browser before this draft can be applied.
    var needsBrowser: Bool {
        guard grant == .authorizationCode, code.value.trimmed.isEmpty else { return false }
        // With another app, endpoint or scope, what was allowed before is of no use.
        return instance == nil || [.endpoint, .grant, .consumerKey, .scope].contains { isChanged($0) }
    }

    /// The file that the private key is in, where a path was typed in place of it.
    var keyPath: String? {
        guard applies(.privateKey), let text = privateKey.replacement?.text.trimmed,
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
    mutating func discard() { rebase(on: base) }

    /// Takes what is in force now; fields that a person has changed keep their draft.
    mutating func refresh(_ overview: InstanceOverview) {
        guard overview.id == instance else { return }
        let fresh = Form(overview)
        guard fresh.base != base else { return }
        if !isDirty { return rebase(on: fresh.base) }
        let changed = Set(changes)
        var merged = fresh
        merged.keepView(of: self)
        if changed.contains(.eventsEnabled) { merged.eventsEnabled = eventsEnabled }
        if changed.contains(.eventType) { merged.eventType = eventType }
        if changed.contains(.callbackURL) || focus == .callbackURL { merged.callbackURL = callbackURL }
        if changed.contains(.interval) { merged.interval = interval }
        if changed.contains(.objects) { merged.objects = objects }
        if changed.contains(.endpoint) { merged.endpoint = endpoint }
        if changed.contains(.grant) { merged.grant = grant }
        if changed.contains(.consumerKey) { merged.consumerKey = consumerKey }
        if changed.contains(.consumerSecret) { merged.consumerSecret = consumerSecret }
        if changed.contains(.username) { merged.username = username }
        if changed.contains(.privateKey) { merged.privateKey = privateKey }
        if changed.contains(.password) { merged.password = password }
        if changed.contains(.scope) { merged.scope = scope }
        if changed.contains(.code) { merged.code = code }
        if changed.contains(.redirectURL) { merged.redirectURL = redirectURL }
        if changed.contains(.refreshToken) { merged.refreshToken = refreshToken }
        if changed.contains(.signatureKey) { merged.signatureKey = signatureKey }
        if changed.contains(.filterNulls) { merged.filterNulls = filterNulls }
        if changed.contains(.name) { merged.name = name }
        if changed.contains(.tags) { merged.tags = tags }
        merged.fine.keep(changed, of: fine)
        self = merged
    }

    /// Takes what was just applied; what was typed meanwhile stays a draft.
    mutating func applied(_ overview: InstanceOverview) {
        let sent = applying
        applying = nil
        faults = [:]
        if draft == sent { rebase(on: Form(overview).base) } else { refresh(overview) }
    }

    private mutating func rebase(on draft: InstanceDraft) {
        var fresh = Form(draft: draft, instance: instance)
        fresh.keepView(of: self)
        fresh.faults = [:]
        self = fresh
    }

    /// Keeps what is not part of the draft: the focus, the folding, the org's objects.
    private mutating func keepView(of old: Form) {
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
        if !fields.contains(focus) { focus = .eventsEnabled }
    }
}

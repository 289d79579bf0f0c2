extension InstanceConfiguration {
    /// The settings as the API's keys and texts; secrets in clear (see `maskedSettings`). Empty optional ones are left out.
    package var settings: [(key: String, value: String)] {
        var out: [(String, String)] = []
        func add(_ key: ConfigurationKey, _ value: String) { if !value.isEmpty { out.append((key.rawValue, value)) } }
        add(.baseURL, baseURL)
        add(.oauthCallbackURL, oauthCallbackURL)
        add(.oauthScope, oauthScope)
        add(.apiKey, apiKey)
        add(.apiSecret, apiSecret)
        add(.grantType, grantType?.rawValue ?? "")
        add(.refreshToken, refreshToken)
        add(.username, username)
        add(.password, password)
        add(.privateKey, privateKey)
        add(.filterNulls, String(filterNulls))
        add(.eventsEnabled, String(eventsEnabled))
        add(.eventType, eventType.rawValue)
        add(.callbackURL, callbackURL)
        add(.signatureKey, signatureKey)
        add(.objects, objects.joined(separator: ","))
        add(.refreshInterval, String(refreshInterval))
        add(.firstRun, firstRun.setting)
        add(.reportTouches, String(reportTouches))
        add(.reconcileMinutes, reconcileMinutes.map(String.init) ?? "")
        add(.missingPercent, String(missingPercent))
        add(.batchSize, String(batchSize))
        add(.unsignedWebhooks, String(unsignedWebhooks))
        add(.deployApex, String(deployApex))
        out += others.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return out.map { (key: $0.0, value: $0.1) }
    }

    /// The same with every secret as `********`.
    package var maskedSettings: [(key: String, value: String)] {
        settings.map { key, value in
            (key, Self.isSecret(key) ? secretMask : value)
        }
    }

    /// Whether a setting is shown masked and stored encrypted; unknown keys whose name says that they hold a secret are too.
    package static func isSecret(_ key: String) -> Bool {
        if let known = ConfigurationKey(rawValue: key) { return known.isSecret }
        let key = key.lowercased()
        return key.contains("password") || key.contains("secret") || key.contains("token") || key.contains("private")
    }

    /// These settings laid over `base`: single keys are merged, null sets a key back to its default.
    ///
    /// - Throws: `ConfigurationRejected` with every fault found; nothing is half-applied.
    package init(
        merging members: [JSON.Member],
        over base: InstanceConfiguration = .init()
    ) throws(ConfigurationRejected) {
        var result = base
        var issues: [ConfigurationIssue] = []
        for member in members {
            guard let key = ConfigurationKey(rawValue: member.name) else {
                if member.value == .null {
                    result.others[member.name] = nil
                } else {
                    result.others[member.name] = member.value.settingText ?? member.value.text
                }
                continue
            }
            if key.isSecret, member.value.string == secretMask { continue }
            if let issue = result.set(key, to: member.value) { issues.append(issue) }
        }
        issues += result.issues.filter { issue in !issues.contains { $0.key == issue.key } }
        guard issues.isEmpty else { throw ConfigurationRejected(issues) }
        self = result
    }

    /// Reads one setting; nil if it was taken.
    package mutating func set(_ key: ConfigurationKey, to value: JSON) -> ConfigurationIssue? {
        let fresh = InstanceConfiguration()
        let text = PastedText.cleaned(value.settingText ?? "", unquoting: true)
        let isNull = value == .null
        func boolean(_ path: WritableKeyPath<InstanceConfiguration, Bool>) -> ConfigurationIssue? {
            if isNull || text.isEmpty {
                self[keyPath: path] = fresh[keyPath: path]
            } else if let bool = value.bool {
                self[keyPath: path] = bool
            } else {
                return ConfigurationIssue(key, "\(key.label) is true or false; \(Self.quoted(value)) is neither.")
            }
            return nil
        }
        func whole(_ range: ClosedRange<Int>, unit: String, store: (inout Self, Int) -> Void) -> ConfigurationIssue? {
            guard let number = value.integer, let int = Int(exactly: number), range.contains(int) else {
                return ConfigurationIssue(
                    key,
                    "\(key.label) is a whole number of \(unit) from \(range.lowerBound) to \(range.upperBound); "
                        + "\(Self.quoted(value)) is not."
                )
            }
            store(&self, int)
            return nil
        }
        func token(_ path: WritableKeyPath<InstanceConfiguration, String>) -> ConfigurationIssue? {
            if let clause = PastedText.tokenFault(text) { return ConfigurationIssue(key, "\(key.label) \(clause).") }
            self[keyPath: path] = text
            return nil
        }
        if case .array = value, key != .objects {
            return ConfigurationIssue(key, "\(key.label) takes one value, not a list.")
        }
        if case .object = value { return ConfigurationIssue(key, "\(key.label) takes a text, not an object.") }
        switch key {
        case .eventsEnabled: return boolean(\.eventsEnabled)
        case .filterNulls: return boolean(\.filterNulls)
        case .reportTouches: return boolean(\.reportTouches)
        case .unsignedWebhooks: return boolean(\.unsignedWebhooks)
        case .deployApex: return boolean(\.deployApex)
        case .eventType:
            if text.isEmpty {
                eventType = fresh.eventType
            } else if let type = EventType(setting: text) {
                eventType = type
            } else {
                return ConfigurationIssue(key, "Event type is polling or webhooks; \(Self.quoted(value)) is neither.")
            }
        case .grantType:
            if text.isEmpty {
                grantType = nil
            } else if let grant = GrantType(rawValue: text) {
                grantType = grant
            } else {
                let names = GrantType.allCases.map(\.rawValue).joined(separator: ", ")
                return ConfigurationIssue(key, "OAuth grant type is one of \(names); \(Self.quoted(value)) is not.")
            }
        case .firstRun:
            guard let run = FirstRun(setting: text) else {
                return ConfigurationIssue(
                    key,
                    "First poll is now, backfill or a moment like 2026-11-23T18:00:00Z; \(Self.quoted(value)) is not."
                )
            }
            firstRun = run
        case .refreshInterval:
            if isNull || text.isEmpty {
                refreshInterval = fresh.refreshInterval
            } else {
                return whole(Self.intervalRange, unit: "minutes") { $0.refreshInterval = $1 }
            }
        case .reconcileMinutes:
            if isNull || text.isEmpty {
                reconcileMinutes = nil
            } else {
                return whole(0...10_080, unit: "minutes (0: never)") { $0.reconcileMinutes = $1 }
            }
        case .missingPercent:
            if isNull || text.isEmpty {
                missingPercent = fresh.missingPercent
            } else {
                return whole(1...100, unit: "percent") { $0.missingPercent = $1 }
            }
        case .batchSize:
            if isNull || text.isEmpty {
                batchSize = 1
            } else {
                return whole(1...20, unit: "events") { $0.batchSize = $1 }
            }
        case .apiKey: return token(\.apiKey)
        case .apiSecret: return token(\.apiSecret)
        case .refreshToken: return token(\.refreshToken)
        case .objects: objects = Self.objectNames(value)
        case .callbackURL: callbackURL = text
        case .signatureKey:
            let given = PastedText.signatureKey(value.settingText ?? "")
            if let clause = PastedText.signatureKeyFault(given) {
                return ConfigurationIssue(key, "\(key.label) \(clause).")
            }
            signatureKey = given
        case .baseURL: baseURL = text.isEmpty ? fresh.baseURL : Self.normalizedBaseURL(text)
        case .oauthCallbackURL: oauthCallbackURL = text
        case .oauthScope: oauthScope = text
        case .username: username = text
        case .password:
            // Blanks and quotation marks may belong to it; what can't be typed does not.
            let given = value.settingText ?? ""
            let typed = given.trimming { $0.isNewline }
            if PastedText.hidesSomething(typed) {
                return ConfigurationIssue(
                    key,
                    "\(key.label) contains a line end or a character that doesn't show; type it anew instead of pasting it."
                )
            }
            password = typed
        case .privateKey: privateKey = PEM.normalized(value.settingText ?? "")
        }
        return nil
    }

    /// Names parted by commas, or a list; blanks and repeats go.
    package static func objectNames(_ value: JSON) -> [String] {
        let parts =
            value.array?.map { $0.settingText ?? "" }
            ?? (value.settingText ?? "").split(separator: ",").map(String.init)
        var seen: Set<String> = []
        return parts.map(\.trimmed).filter { !$0.isEmpty && seen.insert($0.lowercased()).inserted }
    }

    private static func normalizedBaseURL(_ text: String) -> String {
        var url = text
        if !url.contains("://") { url = "https://" + url }
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }

    private static func quoted(_ value: JSON) -> String {
        let text = value.settingText ?? value.text
        return "\u{201C}\(text.count > 60 ? text.prefix(60) + "…" : text)\u{201D}"
    }
}

extension String {
    /// Without white space at both ends.
    package var trimmed: String { trimming(\.isWhitespace) }

    /// Without such characters at both ends.
    fileprivate func trimming(_ isGone: (Character) -> Bool) -> String {
        var part = Substring(self)
        while let first = part.first, isGone(first) { part.removeFirst() }
        while let last = part.last, isGone(last) { part.removeLast() }
        return String(part)
    }
}

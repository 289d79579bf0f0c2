import Domain
import EngineAPI
import Primitives

/// Reads the bodies that create, replace and change instances.
enum DraftReader {
    /// `POST`: the seed's JSON.
    static func created(_ json: JSON, needsElement: Bool) throws -> InstanceDraft {
        try checkSettings(json)
        if json["disabled"]?.bool == true {
            throw APIError.badRequest(
                "disabled: an instance begins enabled; DELETE /instances/{id}/enabled disables it once it is there."
            )
        }
        if needsElement || json["element"] != nil { try checkElement(json["element"]) }
        guard let name = json["name"] else { throw APIError.badRequest("name is missing; give the instance a name.") }
        var draft = InstanceDraft(
            name: try PlainName.name(name),
            tags: try json["tags"].map(tags) ?? [],
            configuration: try Self.configuration(json, over: .init())
        )
        try parseAuthorization(json, into: &draft)
        return draft
    }

    /// `PUT`: everything anew; only secrets sent as `********` stay as they are.
    static func replaced(_ json: JSON, over current: InstanceOverview) throws -> InstanceDraft {
        try checkSettings(json)
        if json["element"] != nil { try checkElement(json["element"]) }
        guard let settings = try settings(json) else {
            throw APIError.badRequest("configuration is missing; PUT replaces the whole instance, PATCH changes parts.")
        }
        var configuration = try Self.configuration(json, over: .init())
        for member in settings where member.value.string == secretMask {
            guard let key = ConfigurationKey(rawValue: member.name), key.isSecret else { continue }
            if let issue = configuration.set(key, to: member.value) { throw ConfigurationRejected([issue]) }
        }
        var draft = InstanceDraft(
            name: try json["name"].map(PlainName.name) ?? current.name,
            tags: try json["tags"].map(tags) ?? [],
            configuration: configuration
        )
        try checkTold(json, draft, over: current)
        try parseAuthorization(json, into: &draft)
        return draft
    }

    /// `PATCH`: single keys of the configuration are merged, tags are replaced, the rest stays.
    static func merged(_ json: JSON, over current: InstanceOverview) throws -> InstanceDraft {
        try checkMembers(json)
        if json["element"] != nil { try checkElement(json["element"]) }
        var draft = InstanceDraft(
            name: try json["name"].map(PlainName.name) ?? current.name,
            tags: try json["tags"].map(tags) ?? current.tags,
            configuration: try Self.configuration(json, over: current.configuration)
        )
        try checkTold(json, draft, over: current)
        try parseAuthorization(json, into: &draft)
        return draft
    }

    /// `POST …/authorizations`: the settings to connect with; the rest of an instance may stand beside them.
    static func authorizing(_ json: JSON, over base: InstanceConfiguration) throws -> InstanceConfiguration {
        try checkMembers(json)
        return try configuration(json, over: base)
    }

    /// Whole settings in the engine's own JSON, by the rules for those of a body. What the instance has already comes back from
    /// a dashboard that can't take it away.
    static func check(_ configuration: InstanceConfiguration, over current: InstanceConfiguration) throws(APIError) {
        guard configuration.others.count <= max(UnknownSetting.most, current.others.count) else { throw tooMany }
        for (name, text) in configuration.others.sorted(by: { $0.key < $1.key }) where current.others[name] != text {
            if let fault = UnknownSetting.fault(name, .string(text)) { throw .badRequest(fault) }
        }
    }

    /// The settings of a body, laid over others.
    private static func configuration(_ json: JSON, over base: InstanceConfiguration) throws -> InstanceConfiguration {
        let configuration = try InstanceConfiguration(merging: try settings(json) ?? [], over: base)
        guard configuration.others.count <= UnknownSetting.most else { throw tooMany }
        return configuration
    }

    private static let tooMany = APIError.badRequest(
        "An instance keeps at most \(UnknownSetting.most) settings that Signalbox doesn't know; leave some out."
    )

    /// Members that change something, and those of an instance as it is read: clients send whole instances back.
    private static let members: Set<String> = [
        "allowOtherOrganization", "cacheTimeToLive", "cachingEnabled", "configuration", "createdDate", "description",
        "disabled", "element",
        "elementId", "eventsEnabled", "externalAuthentication", "id", "maxCacheSize", "name", "providerData",
        "provisionInteractions", "state", "tags", "token", "traceLoggingEnabled", "updatedDate", "user", "valid",
    ]

    /// A setting beside `configuration` instead of in it would be lost without a word.
    private static func checkSettings(_ json: JSON) throws(APIError) {
        let lost = json.members?.first { !members.contains($0.name) && ConfigurationKey(rawValue: $0.name) != nil }
        guard let name = lost?.name else { return }
        throw .badRequest(
            "\(name) is a setting; put it under configuration, as {\"configuration\": {\"\(name)\": …}}."
        )
    }

    /// Whoever changes parts means each member. Whole instances are taken with members that only the original knows, which
    /// its clients send.
    private static func checkMembers(_ json: JSON) throws(APIError) {
        try checkSettings(json)
        guard let unknown = json.members?.first(where: { !members.contains($0.name) })?.name else { return }
        let name = PlainName.strip(String(unknown.prefix(60)))
        throw .badRequest(
            "An instance has no member \u{201C}\(name)\u{201D}; change name, tags, configuration or providerData."
        )
    }

    /// Members that an instance is shown with and that are no part of a draft: sent back changed, they would be passed over
    /// without a word.
    private static func checkTold(
        _ json: JSON,
        _ draft: InstanceDraft,
        over current: InstanceOverview
    ) throws(APIError) {
        if let id = json["id"], id != .null, id.integer != current.id {
            throw .badRequest("The call is on instance \(current.id), and the body's id is another's.")
        }
        if let disabled = json["disabled"], disabled != .null, disabled.bool != current.isDisabled {
            throw .badRequest(
                "disabled isn't changed by this call; PUT /instances/{id}/enabled enables the instance, DELETE disables it."
            )
        }
        let states = [current.configuration.eventsEnabled, draft.configuration.eventsEnabled]
        if let enabled = json["eventsEnabled"], enabled != .null, !states.contains(where: { $0 == enabled.bool }) {
            throw .badRequest(
                "eventsEnabled isn't changed by itself; set event.notification.enabled under configuration."
            )
        }
    }

    private static func checkElement(_ element: JSON?) throws(APIError) {
        guard let element else {
            throw .badRequest(#"element is missing; Signalbox knows {"element": {"key": "sfdc"}}."#)
        }
        let isKnown = element["key"].map { $0.string == "sfdc" } ?? (element["id"]?.integer == 23)
        guard isKnown else {
            throw .badRequest(#"element must be {"key": "sfdc"}; Signalbox connects Salesforce only."#)
        }
    }

    private static func tags(_ json: JSON) throws(APIError) -> [String] { try PlainName.tags(json) }

    private static func settings(_ json: JSON) throws(APIError) -> [JSON.Member]? {
        switch json["configuration"] {
        case nil: return nil
        case .object(let members):
            let unknown = members.filter { ConfigurationKey(rawValue: $0.name) == nil && $0.value != .null }
            guard unknown.count <= UnknownSetting.most else { throw tooMany }
            for member in unknown {
                if let fault = UnknownSetting.fault(member.name, member.value) { throw .badRequest(fault) }
            }
            return members
        default: throw .badRequest("configuration must be an object of settings.")
        }
    }

    private static func parseAuthorization(_ json: JSON, into draft: inout InstanceDraft) throws(APIError) {
        if let allows = json["allowOtherOrganization"] {
            guard let flag = allows.bool else { throw .badRequest("allowOtherOrganization is true or false.") }
            draft.allowsOtherOrganization = flag
        }
        guard let data = json["providerData"], data != .null else { return }
        guard case .object = data else { throw .badRequest("providerData must be an object.") }
        if let code = data["code"] {
            // It may be the whole address that the browser ended on; whoever redeems it looks closer.
            guard let text = code.string.map({ PastedText.cleaned($0, unquoting: true) }), !text.isEmpty else {
                throw .badRequest("providerData.code must be the code of the redirect, as a text.")
            }
            draft.authorizationCode = Secret(text)
        }
        if let token = try token("refresh_token", in: data), token != secretMask {
            if let issue = draft.configuration.set(.refreshToken, to: .string(token)) {
                throw .badRequest(issue.messageWithKey)
            }
        }
        draft.codeVerifier = try token("code_verifier", in: data).map { Secret($0) }
        // Beside a code or another grant, clients of the original send a state of their own that means nothing here.
        if draft.authorizationCode == nil, draft.configuration.effectiveGrant == .authorizationCode,
            let state = try token("state", in: data)
        {
            draft.authorizationState = state
        }
        if let again = data["reconnect"] {
            guard let flag = again.bool else { throw .badRequest("providerData.reconnect is true or false.") }
            draft.connectsAnew = flag
        }
    }

    /// A member of `providerData` in one piece, without what it was pasted with; nil where there is none.
    private static func token(_ name: String, in data: JSON) throws(APIError) -> String? {
        guard let value = data[name], value != .null else { return nil }
        guard let text = value.string.map({ PastedText.cleaned($0, unquoting: true) }) else {
            throw .badRequest("providerData.\(name) must be a text.")
        }
        if let clause = PastedText.tokenFault(text) { throw .badRequest("providerData.\(name) \(clause).") }
        return text.isEmpty ? nil : text
    }
}

import Domain
import EngineAPI
import Primitives

/// An instance as the API shows it: the original's members, and `state` beside them.
enum InstanceShape {
    static let elementID = 23

    static let element: JSON = [
        "id": 23, "key": "sfdc", "name": "Salesforce Sales Cloud", "hub": "crm", "active": true,
    ]

    /// The instance's JSON as somebody with this scope may see it; `hydrate` false leaves out configuration and state.
    static func json(
        _ instance: Instance,
        _ overview: InstanceOverview?,
        hydrate: Bool = true,
        for scope: AccessScope
    ) -> JSON {
        let configuration = instance.configuration
        var members: [JSON.Member] = [
            .init("id", .integer(instance.id)),
            .init("name", .string(instance.name)),
            .init("createdDate", .string(instance.createdDate.iso)),
            .init("updatedDate", .string(instance.updatedDate.iso)),
            .init("token", .string(scope.shown(instance.token))),
            .init("element", element),
            .init("elementId", .integer(elementID)),
            .init("tags", .array(instance.tags.map { .string($0) })),
            .init("provisionInteractions", []),
            .init("valid", .bool(overview?.isConnected ?? (instance.connection != nil))),
            .init("disabled", .bool(instance.isDisabled)),
            .init("maxCacheSize", 0),
            .init("cacheTimeToLive", 0),
        ]
        if hydrate { members.append(.init("configuration", settings(configuration))) }
        members += [
            .init("eventsEnabled", .bool(configuration.eventsEnabled)),
            .init("traceLoggingEnabled", false),
            .init("cachingEnabled", false),
            .init("externalAuthentication", configuration.effectiveGrant == .refreshToken ? "initial" : "none"),
            .init("user", ["id": 1]),
        ]
        if hydrate, let overview { members.append(.init("state", state(scope.shown(overview)))) }
        return .object(members)
    }

    /// Secrets as `********`; all values as texts, as the original has them.
    static func settings(_ configuration: InstanceConfiguration) -> JSON {
        .object(configuration.maskedSettings.map { JSON.Member($0.key, .string($0.value)) })
    }

    private static func state(_ overview: InstanceOverview) -> JSON {
        var members = source(overview.source)
        if let words = overview.providerMessage { members.append(.init("providerMessage", .string(words))) }
        members.append(.init("callback", callback(overview.callback)))
        members.append(.init("polling", .bool(overview.isPolling)))
        members.append(.init("nextPoll", moment(overview.nextPoll)))
        members.append(.init("receiverUrl", .string(overview.receiverURL)))
        members.append(.init("organization", overview.organizationName.map { .string($0) } ?? .null))
        if let usage = overview.apiUsage {
            members.append(.init("apiUsage", ["used": .integer(usage.used), "allowed": .integer(usage.allowed)]))
        }
        if let budget = overview.apiBudget {
            let limit: JSON = budget.limit.map { .integer($0) } ?? .null
            members.append(
                .init(
                    "apiBudget",
                    ["used": .integer(budget.calls.total), "limit": limit, "callsByPurpose": budget.calls.json]
                )
            )
        }
        if overview.unwatchedChanges > 0 {
            let objects = overview.unwatchedObjects.map { JSON.string($0) }
            members.append(
                .init("unwatched", ["changes": .integer(Int64(overview.unwatchedChanges)), "objects": .array(objects)])
            )
        }
        return .object(members)
    }

    private static func source(_ source: SourceState) -> [JSON.Member] {
        var members = [JSON.Member("source", .string(source.word))]
        switch source {
        case .stopped, .connecting: break
        case .live(let lastSuccess): members.append(.init("lastSuccess", moment(lastSuccess)))
        case .degraded(let reason, let since, let lastSuccess), .overdue(let reason, let since, let lastSuccess),
            .needsAttention(let reason, let since, let lastSuccess):
            members.append(.init("reason", .string(reason)))
            members.append(.init("since", moment(since)))
            members.append(.init("lastSuccess", moment(lastSuccess)))
        }
        return members
    }

    private static func callback(_ state: CallbackState) -> JSON {
        switch state {
        case .none: ["state": "none"]
        case .idle: ["state": "idle"]
        case .healthy(let status, let milliseconds, let at):
            ["state": "healthy", "status": .integer(status), "milliseconds": .integer(milliseconds), "at": moment(at)]
        case .failing(let reason, let at, let retrying, nil):
            ["state": "failing", "reason": .string(reason), "at": moment(at), "retrying": .integer(retrying)]
        case .failing(let reason, let at, let retrying, let until?):
            [
                "state": "failing", "reason": .string(reason), "at": moment(at), "retrying": .integer(retrying),
                "until": moment(until),
            ]
        case .held(let reason, let until):
            ["state": "held", "reason": .string(reason), "until": moment(until)]
        }
    }

    static func moment(_ moment: Timestamp?) -> JSON { moment.map { .string($0.isoMilliseconds) } ?? .null }
}

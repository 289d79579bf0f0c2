import Domain
import Primitives

/// The bodies that create, replace and change instances.
extension InstanceShape {
    static func draftSchema(needsElement: Bool) -> JSONSchema {
        needsElement
            ? JSONSchema.object(
                ["name": name, "element": elementDraft],
                optional: ["tags": tags, "configuration": SettingsShape.schema, "providerData": providerData]
            ).named("NewInstance")
            : JSONSchema.object(
                ["name": name],
                optional: [
                    "element": elementDraft, "tags": tags, "configuration": SettingsShape.schema,
                    "providerData": providerData,
                ]
            ).named("NewInstanceOfElement")
    }

    static let replacementSchema = JSONSchema.object(
        ["configuration": SettingsShape.schema],
        optional: [
            "name": name, "element": elementDraft, "tags": tags, "providerData": providerData,
            "allowOtherOrganization": allowance,
        ]
    ).named("InstanceReplacement")

    private static let allowance = JSONSchema.flag.described(
        "It is meant that the credentials lead to another org than before; its records are then followed anew."
    )

    static let changeSchema = JSONSchema.object(
        [:],
        optional: [
            "name": name, "tags": tags, "configuration": SettingsShape.schema, "providerData": providerData,
            "allowOtherOrganization": allowance, "element": elementDraft, "cacheTimeToLive": asRead,
            "cachingEnabled": asRead, "createdDate": asRead,
            "description": asRead, "disabled": asRead, "elementId": asRead, "eventsEnabled": asRead,
            "externalAuthentication": asRead, "id": asRead, "maxCacheSize": asRead, "provisionInteractions": asRead,
            "state": asRead, "token": asRead, "traceLoggingEnabled": asRead, "updatedDate": asRead, "user": asRead,
            "valid": asRead,
        ],
        isClosed: true
    ).named("InstanceChange")

    /// The bodies that the original's guide shows.
    static let examples: [JSON.Member] = [
        example(
            "polling",
            [
                .init(
                    "event.notification.callback.url",
                    "https://staging.cloud-elements.com/elements/api-v2/instances/events"
                ),
                .init("event.notification.signature.key", "12345"), .init("event.objects", "Contact,Account"),
                .init("event.poller.refresh_interval", "5"),
            ]
        ),
        example(
            "webhooks",
            [
                .init("event.notification.callback.url", "https://mycoolapp.com"),
                .init("event.notification.signature.key", "12345"), .init("event.objects", "Contact,Account"),
            ]
        ),
    ]

    private static func example(_ type: String, _ settings: [JSON.Member]) -> JSON.Member {
        let common: [JSON.Member] = [
            .init("oauth.callback.url", "https://www.mycoolapp.com/auth"),
            .init("oauth.api.key", "<Insert_Client_ID>"), .init("oauth.api.secret", "<Insert_Client_Secret>"),
            .init("event.notification.enabled", true), .init("event.vendor.type", .string(type)),
        ]
        return .init(
            type,
            [
                "element": ["key": "sfdc"], "providerData": ["code": "<Code_On_The_Return_URL>"],
                "configuration": .object(common + settings), "tags": ["forDocs"], "name": "mySFDCInstance",
            ]
        )
    }

    private static let name = JSONSchema.text(1...PlainName.maximumLength).described("HTML is removed from it.")
    private static let tags = JSONSchema.list(of: .text(0...PlainName.maximumLength), atMost: PlainName.maximumTags)
    private static let elementDraft = JSONSchema.any(of: [
        .object(["key": .constant("sfdc")]), .object(["id": .constant(.integer(elementID))]),
    ]).named("ElementChoice")
    /// Clients send whole instances back; what they can't change is passed over, or refused where it was meant to change
    /// something.
    private static let asRead = JSONSchema.anything.described("As it is read; changes nothing.")

    private static let providerData = JSONSchema.object(
        [:],
        optional: [
            "code": .text.described("The code of the redirect."),
            "code_verifier": .text.described("The PKCE verifier that belongs to the code."),
            "refresh_token": .text, "state": .text.described("A granted authorization's state, in place of a code."),
            "reconnect": .flag.described("Whether to connect anew with what is known."),
        ]
    ).named("ProviderData").nullable
}

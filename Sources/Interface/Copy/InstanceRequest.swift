import Domain
import EngineAPI
import Primitives

/// The body of `POST /instances` that makes an instance as a draft says; each secret is a placeholder that names its setting.
enum InstanceRequest {
    static func body(_ draft: InstanceDraft) -> String {
        let settings = draft.configuration.masked.maskedSettings.map { setting in
            JSON.Member(setting.key, .string(setting.value == secretMask ? "<\(setting.key)>" : setting.value))
        }
        var members: [JSON.Member] = [
            .init("element", ["key": "sfdc"]), .init("configuration", .object(settings)),
            .init("tags", .array(draft.tags.map { .string($0) })), .init("name", .string(draft.name)),
        ]
        if draft.configuration.effectiveGrant == .authorizationCode {
            members.insert(.init("providerData", ["code": "<code>"]), at: 1)
        }
        return JSON.object(members).prettyText
    }
}

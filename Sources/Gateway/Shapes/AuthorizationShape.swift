import Domain
import EngineAPI
import Primitives

/// Authorizations in the browser, as the API describes them.
enum AuthorizationShape {
    static let schema = JSONSchema.object([
        "state": .text.described("Names the authorization."),
        "url": .address.described("Where the person grants access."),
        // An app may have an address of any scheme, and the org alone knows which it is.
        "redirectUrl": .text.described("`oauth.callback.url` as it was given, or Signalbox's own address."),
        "expires": .moment, "status": .words(["waiting"]),
    ]).named("Authorization")

    static let progressSchema = JSONSchema.object(
        [
            "status": .words(["waiting", "granted", "refused"])
                .described("granted: a code is there; the org is asked for its worth when it is used.")
        ],
        optional: ["message": .text.described("Why it was refused.")]
    ).named("AuthorizationProgress")

    static let orderSchema = JSONSchema.object([:], optional: ["configuration": SettingsShape.schema])
        .named("AuthorizationOrder")

    static let replySchema = JSONSchema.object(
        ["reply": .text.described("The code, or the whole address that the browser ended on.")],
        isClosed: true
    ).named("AuthorizationReply")

    static let example = JSON.Member(
        "browser",
        [
            "configuration": [
                "oauth.callback.url": "https://www.mycoolapp.com/auth", "oauth.api.key": "<Insert_Client_ID>",
                "oauth.api.secret": "<Insert_Client_Secret>",
            ]
        ]
    )
}

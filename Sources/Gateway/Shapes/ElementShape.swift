import Domain
import Primitives

/// The element, as the API describes it.
enum ElementShape {
    static let metadataSchema = JSONSchema.object([
        "id": .constant(23), "key": .words(["sfdc"]), "name": .text, "hub": .text,
        "events": .object([
            "supported": .flag, "methods": .list(of: .words(["polling", "webhook"])), "polling": objects,
            "webhook": objects,
        ]),
    ]).named("ElementMetadata")

    static let authorizeSchema = JSONSchema.object(["element": .words(["sfdc"]), "oauthUrl": .address])
        .named("AuthorizeURL")

    private static let objects = JSONSchema.table(
        of: .object(["eventTypes": .list(of: .words(["created", "updated", "deleted"]))])
    )
}

import Domain
import EngineAPI
import HTTPTypes
import Primitives

/// The element: what events it can watch, and where a person grants access.
enum ElementRoutes {
    static let routes: [Route] = [
        Route(
            method: .get,
            template: Route.base + "/elements/{keyOrId}/metadata",
            operation: "getElementMetadata",
            access: .scope(.read),
            summary: "Which events each object supports.",
            parameters: [
                .init(name: "expand", summary: "All is shown either way.", schema: .flag.defaulting(to: true))
            ],
            answer: .json(ElementShape.metadataSchema, "Objects and their events, by how they are found.")
        ) { call in
            try checkElement(call)
            _ = try call.flag("expand", default: true)
            return .json(metadata)
        },
        Route(
            method: .get,
            template: Route.base + "/elements/{keyOrId}/oauth/url",
            operation: "getAuthorizeURL",
            access: .scope(.admin),
            summary: "The address where a person grants access.",
            parameters: [
                .init(name: "apiKey", summary: "Consumer key.", isRequired: true),
                .init(name: "apiSecret", summary: "Consumer secret; never part of the address."),
                .init(
                    name: "callbackUrl",
                    summary: "Where Salesforce sends the browser back.",
                    isRequired: true,
                    schema: .address
                ),
                .init(
                    name: "siteAddress",
                    summary: "My Domain, login.salesforce.com or test.salesforce.com.",
                    schema: .text.example("test.salesforce.com")
                ),
                .init(name: "scope", summary: "Scopes to ask for."),
                .init(name: "state", summary: "Comes back with the code.", schema: .text.defaulting(to: "sfdc")),
            ],
            answer: .json(ElementShape.authorizeSchema, "The address to open.")
        ) { call in
            try checkElement(call)
            return try authorizeURL(call)
        },
    ]

    static func checkElement(_ call: Call) throws(APIError) {
        let element = call.parameters["keyOrId"] ?? ""
        guard element == "sfdc" || element == String(InstanceShape.elementID) else {
            throw .notFound("There is no element \u{201C}\(element.prefix(60))\u{201D}; Signalbox knows sfdc.")
        }
    }

    private static func authorizeURL(_ call: Call) throws -> Reply {
        var members: [JSON.Member] = []
        func require(_ name: String, as key: ConfigurationKey) throws(APIError) {
            guard let text = call.target[name] else { throw .badRequest("\(name) is missing in the query.") }
            members.append(.init(key.rawValue, .string(text)))
        }
        try require("apiKey", as: .apiKey)
        try require("callbackUrl", as: .oauthCallbackURL)
        if let fault = HTTPAddress.fault(in: call.target["callbackUrl"] ?? "") {
            throw APIError.badRequest("callbackUrl \(fault).")
        }
        if let site = call.target["siteAddress"] {
            members.append(.init(ConfigurationKey.baseURL.rawValue, .string(site)))
        }
        if let scope = call.target["scope"] {
            members.append(.init(ConfigurationKey.oauthScope.rawValue, .string(scope)))
        }
        let configuration = try InstanceConfiguration(merging: members)
        let url = call.engine.authorizeURL(configuration, state: call.target["state"] ?? "sfdc", codeChallenge: nil)
        return .json(["element": "sfdc", "oauthUrl": .string(url)])
    }

    private static let metadata: JSON = {
        let objects = (InstanceConfiguration.defaultObjects + ["{objectName}"]).map {
            JSON.Member($0, ["eventTypes": ["created", "updated", "deleted"]])
        }
        return [
            "id": .integer(InstanceShape.elementID), "key": "sfdc", "name": "Salesforce Sales Cloud", "hub": "crm",
            "events": [
                "supported": true, "methods": ["polling", "webhook"],
                "polling": .object(objects), "webhook": .object(objects),
            ],
        ]
    }()
}

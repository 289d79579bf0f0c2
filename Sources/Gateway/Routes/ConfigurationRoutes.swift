import Domain
import HTTPTypes
import Primitives

/// The settings of an instance one by one.
enum ConfigurationRoutes {
    static let routes: [Route] =
        Route.instance(
            .get,
            "/configuration",
            "listSettings",
            "The settings as a list of entries with ids.",
            answer: .json(.list(of: ConfigurationShape.schema), "The settings that are set; secrets are masked.")
        ) { call in
            let entries = ConfigurationShape.entries(try await call.instance().configuration)
            return .json(.array(entries.map(ConfigurationShape.json)))
        }
        + Route.instance(
            .get,
            "/configuration/{configId}",
            "getSetting",
            "One setting.",
            answer: .json(ConfigurationShape.schema, "The setting; a secret is masked.")
        ) { call in
            .json(ConfigurationShape.json(try await entry(call)))
        }
        + Route.instance(
            .patch,
            "/configuration/{configId}",
            "changeSetting",
            "Changes one setting: an entry with a new propertyValue.",
            body: .required(
                ConfigurationShape.changeSchema,
                examples: [.init("objects", ["key": "event.objects", "propertyValue": "Contact,Account"])]
            ),
            answer: .json(
                .any(of: [ConfigurationShape.schema, ConfigurationShape.unsetSchema]),
                "The setting as it is now."
            ),
            refusals: [.conflict]
        ) { call in
            let key = try await entry(call).key
            guard let value = try call.object()["propertyValue"] else {
                throw APIError.badRequest("propertyValue is missing; send the entry with its new value.")
            }
            _ = try await InstanceRoutes.update(call) { overview in
                try DraftReader.merged(
                    .object([.init("configuration", .object([.init(key, value)]))]),
                    over: overview
                )
            }
            let entries = ConfigurationShape.entries(try await call.instance().configuration)
            guard let changed = entries.first(where: { $0.key == key }) else {
                return .json(["key": .string(key), "propertyValue": .null])
            }
            return .json(ConfigurationShape.json(changed))
        }

    private static func entry(_ call: Call) async throws -> ConfigurationShape.Entry {
        let text = call.parameters["configId"] ?? ""
        let entries = ConfigurationShape.entries(try await call.instance().configuration)
        guard let entry = entries.first(where: { String($0.id) == text || $0.key == text }) else {
            throw APIError.notFound("The instance has no setting \u{201C}\(text.prefix(80))\u{201D}.")
        }
        return entry
    }
}

import Domain
import HTTPTypes

/// The settings of an instance one by one.
enum ConfigurationRoutes {
    static let routes: [Route] =
        Route.instance(.get, "/configuration", "The settings as a list of entries with ids.") { call in
            let entries = ConfigurationShape.entries(try await call.instance().configuration)
            return .json(.array(entries.map(ConfigurationShape.json)))
        }
        + Route.instance(.get, "/configuration/{configId}", "One setting.") { call in
            .json(ConfigurationShape.json(try await entry(call)))
        }
        + Route.instance(
            .patch,
            "/configuration/{configId}",
            "Changes one setting: an entry with a new propertyValue.",
            takesBody: true
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

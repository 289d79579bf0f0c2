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
            .read,
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
            .read,
            "One setting.",
            answer: .json(ConfigurationShape.schema, "The setting; a secret is masked.")
        ) { call in
            .json(ConfigurationShape.json(try await entry(call)))
        }
        + Route.instance(
            .patch,
            "/configuration/{configId}",
            "changeSetting",
            .admin,
            "Changes or sets one setting, by its id or key: an entry with a new propertyValue.",
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
            let (id, key) = try await named(call)
            let body = try call.object()
            guard let value = body["propertyValue"] else {
                throw APIError.badRequest("propertyValue is missing; send the entry with its new value.")
            }
            try check(body, names: key, id)
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

    /// The setting that the path names: one that Signalbox knows, set or not, or another that is set.
    private static func named(_ call: Call) async throws -> (id: Int, key: String) {
        let text = call.parameters["configId"] ?? ""
        let known = ConfigurationKey.allCases.first {
            $0.rawValue == text || String(ConfigurationShape.id(of: $0)) == text
        }
        guard let known else {
            let entry = try await entry(call)
            return (entry.id, entry.key)
        }
        _ = try await call.instance()
        return (ConfigurationShape.id(of: known), known.rawValue)
    }

    /// An entry of another setting than the path's was sent to the wrong address.
    private static func check(_ body: JSON, names key: String, _ id: Int) throws(APIError) {
        if let given = body["key"], given != .null, given.string != key {
            throw .badRequest("The address names \(key), and the body's key another setting; make both the same.")
        }
        if let given = body["id"], given != .null, given.integer.flatMap({ Int(exactly: $0) }) != id {
            throw .badRequest(
                "The address names \(key), whose id is \(id), and the body's id another setting; make both the same."
            )
        }
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

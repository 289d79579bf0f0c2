import Primitives

/// The parameters of a token, revoke or introspect request, from form body, query and Basic header.
struct TokenForm: Sendable {
    private var values: [String: String] = [:]

    init(_ request: SimulatedRequest, _ target: OrgRequestTarget) {
        for parameter in ["token", "grant_type", "format"] {
            if let value = target[parameter] { values[parameter] = value }
        }
        for (name, value) in OrgRequestTarget.pairs(String(decoding: request.body, as: UTF8.self)[...]) {
            values[name] = value
        }
        guard let header = request.headers["authorization"], header.lowercased().hasPrefix("basic "),
            let bytes = Base64.decode(String(header.dropFirst(6)))
        else { return }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":", maxSplits: 1)
        if parts.count == 2 {
            values["client_id"] = OrgRequestTarget.pairs(parts[0]).first?.name
            values["client_secret"] = OrgRequestTarget.pairs(parts[1]).first?.name
        }
    }

    subscript(name: String) -> String? {
        values[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

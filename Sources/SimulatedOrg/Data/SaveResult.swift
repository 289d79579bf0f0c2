import Primitives

/// What a written record is answered with.
enum SaveResult {
    static func success(_ id: String, created: Bool? = nil) -> JSON {
        var members: [JSON.Member] = [.init("id", .string(id)), .init("success", true), .init("errors", [])]
        if let created { members.append(.init("created", .bool(created))) }
        return .object(members)
    }

    static func failure(_ error: ServiceError, id: String? = nil) -> JSON {
        var members: [JSON.Member] = [.init("success", false), .init("errors", [error.saveResultJSON])]
        if let id { members.insert(.init("id", .string(id)), at: 0) }
        return .object(members)
    }
}

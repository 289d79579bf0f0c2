import HTTPTypes

/// Finds the route of a path. Literal segments win over parameters, from the left.
struct RouteTable: Sendable {
    enum Match {
        case found(Route, parameters: [String: String])
        case wrongMethod(allowed: [String])
        case none
    }

    private struct Entry: Sendable {
        let segments: [Route.Segment]
        var routes: [Route]
    }

    private let entriesByCount: [Int: [Entry]]
    let routes: [Route]
    /// Of all calls.
    let parameterNames: Set<String>

    init(_ routes: [Route]) {
        self.routes = routes
        parameterNames = Set(routes.flatMap { $0.parameters.map(\.name) })
        var entries: [[Route.Segment]: Entry] = [:]
        for route in routes {
            let segments = route.segments
            entries[segments, default: Entry(segments: segments, routes: [])].routes.append(route)
        }
        entriesByCount = Dictionary(grouping: entries.values) { $0.segments.count }
            .mapValues { $0.sorted { Self.rank($0.segments) < Self.rank($1.segments) } }
    }

    func match(_ method: HTTPRequest.Method, _ path: [String]) -> Match {
        for entry in entriesByCount[path.count] ?? [] {
            guard let parameters = Self.parameters(entry.segments, path) else { continue }
            let wanted = method == .head ? .get : method
            if let route = entry.routes.first(where: { $0.method == wanted }) {
                return .found(route, parameters: parameters)
            }
            var allowed = entry.routes.map(\.method.rawValue)
            if allowed.contains("GET") { allowed.append("HEAD") }
            return .wrongMethod(allowed: allowed.sorted())
        }
        return .none
    }

    /// Sorts before others what is more literal, further left.
    private static func rank(_ segments: [Route.Segment]) -> String {
        String(segments.map { if case .literal = $0 { "0" } else { "1" } })
    }

    private static func parameters(_ segments: [Route.Segment], _ path: [String]) -> [String: String]? {
        var found: [String: String] = [:]
        for (segment, part) in zip(segments, path) {
            switch segment {
            case .literal(let text): guard text == part else { return nil }
            case .parameter(let name): found[name] = part
            }
        }
        return found
    }
}

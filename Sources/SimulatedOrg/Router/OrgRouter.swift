import Primitives

/// Routes a request to the service that answers it, and a composite call's parts likewise.
struct OrgRouter {
    /// The API versions that the org serves.
    static let versionNumbers = Array(31...67)

    private let services: OrgServices
    private let control: ControlService

    init(_ services: OrgServices) {
        self.services = services
        control = ControlService(services)
    }

    /// Answers as the org would, faults included, with the org's own time in `Date`.
    func respond(to request: SimulatedRequest) -> SimulatedResponse {
        let target = OrgRequestTarget(request.target)
        var response: SimulatedResponse
        if target.segments.first == "control" {
            response = control.respond(to: request, target)
        } else {
            services.usage.record(method: request.method, target)
            response = services.faults.respond(method: request.method, target: request.target) {
                route(request, target)
            }
        }
        let now = services.database.now
        response.headers["Date"] = services.settings.configuration.dateOffset.map { StampFormat.http(now + $0) }
        return response
    }

    private func route(_ request: SimulatedRequest, _ target: OrgRequestTarget) -> SimulatedResponse {
        let segments = target.segments
        guard segments.count >= 2, segments[0] == "services" || segments[0] == "id" else { return .error(.notFound) }
        if segments[0] == "id" { return services.oauth.respondWithIdentity(request) }
        if segments[1] == "oauth2" { return services.oauth.respond(to: request, target) }
        guard segments[1] == "data" else { return .error(.notFound) }
        if segments.count == 2 { return Self.versions() }
        var response: SimulatedResponse
        do {
            response = try respondWithData(request, target)
        } catch {
            response = .error(error)
        }
        response.headers["Sforce-Limit-Info"] = services.usage.header
        return response
    }

    private func respondWithData(
        _ request: SimulatedRequest,
        _ target: OrgRequestTarget
    ) throws(ServiceError) -> SimulatedResponse {
        let session = try services.oauth.session(of: request)
        let version = target.segments[2]
        guard Self.versionNumbers.contains(where: { "v\($0).0" == version }) else { throw .notFound }
        try services.usage.check(at: services.database.now)
        services.usage.count(at: services.database.now)
        let call = DataCall(
            method: request.method,
            segments: Array(target.segments.dropFirst(3)),
            target: target,
            headers: request.headers,
            body: request.body,
            version: version,
            user: session.user
        )
        if CompositeResource.answers(call) {
            return try services.data.composite.respond(to: call, answeringPartsWith: answerPart)
        }
        return try dispatch(call)
    }

    /// Answers one part of a composite call, with the faults that aim at parts.
    private func answerPart(_ part: DataCall) -> SimulatedResponse {
        services.faults.respondToPart(method: part.method, target: part.target.text) {
            do throws(ServiceError) {
                return try dispatch(part)
            } catch {
                return .error(error)
            }
        }
    }

    private func dispatch(_ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        if call.segments.first == "metadata" { return try services.metadata.respond(to: call) }
        if ReplicationService.answers(call) { return try services.replication.respond(to: call) }
        return try services.data.respond(to: call)
    }

    private static func versions() -> SimulatedResponse {
        let seasons = ["Spring", "Summer", "Winter"]
        let list = versionNumbers.map { number -> JSON in
            // v66 was Spring '26; three releases a year.
            let season = seasons[(number - 66 + 300) % 3]
            let year = 26 + Int((Double(number - 66) / 3).rounded(.down)) + (season == "Winter" ? 1 : 0)
            return [
                "label": .string("\(season) '\(year)"), "url": .string("/services/data/v\(number).0"),
                "version": .string("\(number).0"),
            ]
        }
        return .json(200, .array(list))
    }
}

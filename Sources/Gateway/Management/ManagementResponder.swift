import Domain
import EngineAPI
import HTTPTypes
package import Hummingbird
import Logging
import NIOCore
import Primitives

/// Answers on the management listener: guards, authorization, routing, errors; then the route's handler.
package struct ManagementResponder: HTTPResponder {
    package typealias Context = ListenerContext

    private let api: ManagementAPI
    private let table: RouteTable
    private let hosts: HostGuard
    private let bodyLimit: Int

    /// `hosts` are the names that it answers to, beside addresses and localhost; nil: any.
    package init(_ api: ManagementAPI, hosts: [String]? = [], bodyLimit: Int = 1 << 20) {
        self.api = api
        self.bodyLimit = bodyLimit
        table = RouteTable(.all)
        self.hosts = HostGuard(names: hosts)
    }

    package func respond(to request: Request, context: ListenerContext) async throws -> Response {
        let requestID = RandomToken.make(bytes: 12)
        var tooLarge: BoundedBody.TooLarge?
        var reply: Reply
        do {
            reply = try await answer(request, context: context)
        } catch {
            tooLarge = error as? BoundedBody.TooLarge
            let failure = APIError(error)
            if failure.status.kind == .serverError {
                api.logger.log(
                    level: Self.level(of: failure, error),
                    "A call of the management API failed.",
                    metadata: ["request": "\(requestID)", "error": "\(error)"]
                )
            }
            let isFull = RequestTarget(request.head.path ?? "").map { EngineRoutes.holds($0.segments) } ?? false
            reply = .error(failure, requestID: requestID, isFull: isFull)
        }
        api.metrics.call(status: reply.status.code)
        let response = reply.response(requestID: requestID)
        if let tooLarge {
            return BoundedBody.closing(response, request: request, context: context, isUnread: tooLarge.isUnread)
        }
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// What an org or a callback does is no failure of this program, and whoever asked it has logged it; nor is its end, or
    /// what can't be done just now.
    private static func level(of failure: APIError, _ error: any Error) -> Logger.Level {
        let isUnavailable = (error as? ClientError)?.kind == .unavailable
        return failure.status == .badGateway || isUnavailable || error is CancellationError ? .info : .error
    }

    private func answer(_ request: Request, context: ListenerContext) async throws -> Reply {
        guard let target = RequestTarget(request.head.path ?? "") else {
            throw APIError.badRequest(RequestTarget.fault(of: request.head.path ?? ""))
        }
        let match = table.match(request.method, target.segments)
        try guardBrowsers(request, match)
        guard case .found(let route, let parameters) = match else {
            if case .wrongMethod(let allowed) = match {
                let methods = allowed.joined(separator: ", ")
                throw APIError(
                    .methodNotAllowed,
                    "\(request.method.rawValue) is not possible here; \(methods) is.",
                    headers: [.allow: methods]
                )
            }
            throw APIError.notFound("Nothing is here; GET /openapi.json lists every call.")
        }
        var caller: Caller?
        if case .scope(let needed) = route.access {
            caller = try await authorize(request.headers, needed, context.channel)
            // What comes back from Salesforce, which is open, is answered with a page for a person.
            try route.checkQuery(of: target, others: table.parameterNames)
        }
        let body = route.body == nil ? [] : try await readBody(request, context: context)
        let call = Call(
            api: api,
            target: target,
            headers: request.headers,
            parameters: parameters,
            body: body,
            element: caller?.element,
            scope: caller?.principal.scope ?? .read
        )
        // Another node hands on what it was asked by somebody whom it knows. Nobody else is believed who asked: the audit trail
        // would say whatever the caller likes.
        if caller?.principal.isOwner == true, !api.engine.nodes.isEmpty,
            let actor = HTTPField.Name(Forwarding.header).flatMap({ request.headers[$0] })
        {
            return try await Forwarding.$isForwarded.withValue(true) {
                try await Actor.$current.withValue(Forwarding.cleaned(actor)) { try await route.handler(call) }
            }
        }
        let actor = Self.actor(caller?.principal.name, request.headers)
        return try await Actor.$current.withValue(actor) { try await route.handler(call) }
    }

    /// The token that was shown, and behind it who says to sit at the terminal.
    private static func actor(_ name: String?, _ headers: HTTPFields) -> String {
        let user = HTTPField.Name(Actor.header).flatMap { headers[$0] }.flatMap(Actor.cleaned)
        return (name ?? "anyone") + (user.map { ", terminal \($0)" } ?? "")
    }

    /// Pages of other sites have no business here, under whatever name they come.
    private func guardBrowsers(_ request: Request, _ match: RouteTable.Match) throws(APIError) {
        let authority = request.head.authority
        // Browsers come back from Salesforce by whatever name the callback URL has; the state guards that one.
        if case .found(let route, _) = match, route.template == OAuthRoutes.callbackPath { return }
        guard hosts.allows(authority: authority) else {
            let host = HostGuard.host(of: authority ?? "").prefix(80)
            throw APIError(
                .forbidden,
                "This listener is not known as \u{201C}\(host)\u{201D}; use its address or localhost."
            )
        }
        if let origin = request.headers[.origin], !hosts.allows(origin: origin, authority: authority) {
            throw APIError(.forbidden, "Pages of other sites may not call this API.")
        }
    }

    private struct Caller {
        let principal: Authorization.Principal
        /// The instance of the Element token, if there is one.
        let element: Instance?
    }

    /// Checks the secrets and what they open.
    private func authorize(
        _ headers: HTTPFields,
        _ needed: AccessScope,
        _ channel: any Channel
    ) async throws -> Caller {
        let challenge: HTTPFields = [.wwwAuthenticate: #"Bearer realm="signalbox""#]
        guard let header = headers[.authorization] else {
            throw APIError(
                .unauthorized,
                "The Authorization header is missing; send User <user>, Organization <organization> as `signalbox credentials` shows them.",
                headers: challenge
            )
        }
        let authorization = Authorization(header)
        guard let principal = await principal(authorization) else {
            guard try await api.tries.delay(ClientAddress.key(channel.remoteAddress)) else {
                throw APIError(
                    .tooManyRequests,
                    "Too many wrong secrets come from this address at once; try again later.",
                    headers: [.retryAfter: "5"]
                )
            }
            throw APIError(
                .unauthorized,
                "The secrets of the Authorization header are wrong; `signalbox credentials` shows the right ones.",
                headers: challenge
            )
        }
        guard principal.scope >= needed else {
            throw ClientError(
                .forbidden,
                "This needs a token with the scope \(needed.rawValue), and this one has \(principal.scope.rawValue); "
                    + "`signalbox credentials create NAME --scope \(needed.rawValue)` makes one."
            )
        }
        guard let token = authorization.element else {
            return Caller(principal: principal, element: nil)
        }
        guard let instance = try await api.engine.storedInstance(elementToken: token) else {
            throw APIError(
                .unauthorized,
                "The Element token belongs to no instance; it may have been deleted.",
                headers: challenge
            )
        }
        return Caller(principal: principal, element: instance)
    }

    private func principal(_ authorization: Authorization) async -> Authorization.Principal? {
        if let known = authorization.principal(api.credentials()) { return known }
        // Another node may have changed them a moment ago.
        await api.renew()
        return authorization.principal(api.credentials())
    }

    private func readBody(_ request: Request, context: ListenerContext) async throws -> [UInt8] {
        let bytes = try await BoundedBody.read(request, limit: bodyLimit, context: context)
        if !bytes.isEmpty { try ContentCoding.check(request.headers) }
        if !bytes.isEmpty, let type = request.headers[.contentType] {
            let media = type.prefix { $0 != ";" }.lowercased().trimmed
            guard media == "application/json" || media.hasSuffix("+json") else {
                throw APIError(
                    .unsupportedMediaType,
                    "The body must be JSON; send Content-Type: application/json instead of \(media.prefix(60))."
                )
            }
        }
        return bytes
    }
}

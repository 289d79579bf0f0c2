package import Callbacks
import Domain
import Logging
import NIOCore
import NIOHTTP1
import Primitives
import Salesforce
import Store

/// Posts to callbacks. Knows HTTP and nothing of lanes or retries.
struct Courier: Sendable {
    static let storedHeaders = 64
    static let storedHeaderName = 256
    static let storedHeaderValue = 4096

    let client: CallbackClient
    /// Milliseconds for all of an attempt.
    let timeout: Int64
    /// Milliseconds for name, connection and TLS.
    var connectTimeout = Limit.callbackConnect.milliseconds
    let userAgent: String
    let clock: any EngineClock
    /// Hears in full what no sentence is known for.
    let logger: Logger
    var traces: EventTraces?
    let flights = CallbackFlights()
    /// Hears what date the answers bear, those from this machine apart.
    let otherClocks = OtherClocks()

    /// Posts a stored notification, and goes on with what came of it; its body is written off the caller's actor.
    func start(
        _ request: CallbackRequest,
        body: NotificationBody,
        then: @escaping @Sendable (CallbackReply) async -> Void
    ) {
        flights.start(
            {
                var request = request
                request.body = body.bytes
                return await send(request)
            },
            then: then
        )
    }

    /// Never throws: whatever goes wrong is an outcome.
    @concurrent
    func post(_ request: CallbackRequest) async -> CallbackReply { await flights.run { await send(request) } }

    @concurrent
    private func send(_ request: CallbackRequest) async -> CallbackReply {
        let span = traces.map { AttemptSpan(request, $0) }
        let startedAt = clock.now
        var headers = request.headers(at: startedAt, userAgent: userAgent)
        span?.inject(into: &headers)
        let reply = await exchange(request, headers, at: startedAt)
        span?.end(reply)
        return reply
    }

    private func exchange(
        _ request: CallbackRequest,
        _ headers: [(name: String, value: String)],
        at startedAt: Timestamp
    ) async -> CallbackReply {
        if request.lacksHeaders {
            let outcome = AttemptOutcome.failure(CallbackFailure.unreadableHeaders)
            return CallbackReply(startedAt: startedAt, phases: CallbackPhases(), outcome: outcome)
        }
        let post = CallbackPost(
            url: request.url,
            headers: headers,
            body: request.body,
            connectTimeout: .milliseconds(connectTimeout)
        )
        do throws(CallbackFault) {
            let answer = try await client.post(post, deadline: .now() + .milliseconds(timeout))
            if !answer.isFromHere {
                otherClocks.record(request.url, at: clock.due) {
                    answer.headers.first(name: "Date").flatMap(HTTPDate.parse)
                }
            }
            let outcome = AttemptOutcome.response(status: answer.status)
            let wait =
                outcome.isSuccess
                ? nil
                : RetryAfter.wait(
                    answer.headers["Retry-After"],
                    answered: answer.headers.first(name: "Date").flatMap(HTTPDate.parse) ?? clock.now
                )
            return CallbackReply(
                startedAt: startedAt,
                phases: answer.phases,
                outcome: outcome,
                headers: Self.stored(answer.headers),
                body: answer.body,
                notBefore: wait.map { clock.due.advanced(byMilliseconds: $0) }
            )
        } catch {
            let outcome = await outcome(of: error, url: request.url)
            return CallbackReply(startedAt: startedAt, phases: error.phases, outcome: outcome)
        }
    }

    private func outcome(of error: CallbackFault, url: String) async -> AttemptOutcome {
        if case .denied(let refusal) = error.cause { return .failure(CallbackFailure.denied(refusal)) }
        if case .proxy(let clause) = error.cause { return .failure(CallbackFailure.proxy(clause)) }
        let fault = await TransportFault.examined(error, url: url)
        if fault.kind == .cancelled || fault.kind == .stopping { return .unknown }
        if [.untrusted, .expired, .notYetValid].contains(fault.kind) { otherClocks.recordUntrusted(url) }
        if fault.kind == .unknown {
            logger.error("A callback could not be asked", metadata: ["error": "\(fault.details)"])
        }
        return .failure(CallbackFailure.sentence(fault, timeout: timeout, connect: connectTimeout))
    }

    private static func stored(_ headers: HTTPHeaders) -> [Attempt.Header] {
        headers.prefix(storedHeaders).map { name, value in
            Attempt.Header(name: cut(name, to: storedHeaderName), value: cut(value, to: storedHeaderValue))
        }
    }

    private static func cut(_ text: String, to length: Int) -> String {
        text.utf8.count <= length ? text : String(decoding: text.utf8.prefix(length), as: UTF8.self)
    }
}

extension CallbackLimits {
    /// What the engine stores of an answer, and how long its connections wait.
    package static var engine: CallbackLimits {
        var limits = CallbackLimits()
        limits.body = Attempt.keptBody
        limits.idle = .milliseconds(Limit.callbackIdle.milliseconds)
        return limits
    }
}

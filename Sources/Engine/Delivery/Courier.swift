package import AsyncHTTPClient
import Domain
import Logging
import NIOCore
import NIOHTTP1
import Primitives
import Salesforce
import Store

/// Posts to callbacks. Knows HTTP and nothing of lanes or retries.
struct Courier: Sendable {
    /// As `HTTPClient.Configuration.callbacks` sets it.
    static let connectMilliseconds: Int64 = 5000
    static let storedBody = Attempt.keptBody
    /// Read at most so that the connection can be used again; beyond it the connection is closed.
    static let drainedBody = 256 * 1024
    static let storedHeaders = 64
    static let storedHeaderValue = 4096

    let client: HTTPClient
    let timeout: Int64
    let userAgent: String
    let clock: any EngineClock
    /// Hears in full what no sentence is known for.
    let logger: Logger
    let flights = CallbackFlights()

    /// Posts a stored notification; its body is written here, off the caller's actor.
    @concurrent
    func post(_ request: CallbackRequest, body: NotificationBody) async -> CallbackReply {
        var request = request
        request.body = body.bytes
        return await post(request)
    }

    /// Never throws: whatever goes wrong is an outcome.
    @concurrent
    func post(_ request: CallbackRequest) async -> CallbackReply { await flights.run { await send(request) } }

    @concurrent
    private func send(_ request: CallbackRequest) async -> CallbackReply {
        let startedAt = clock.now
        let watch = ContinuousClock()
        let begin = watch.now
        let deadline = NIODeadline.now() + .milliseconds(timeout)
        var message = HTTPClientRequest(url: request.url)
        message.method = .POST
        for header in request.headers(at: startedAt, userAgent: userAgent) {
            message.headers.add(name: header.name, value: header.value)
        }
        message.body = .bytes(ByteBuffer(bytes: request.body))
        func elapsed() -> Int {
            let parts = (watch.now - begin).components
            return Int(parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000)
        }
        do {
            let response = try await client.execute(message, deadline: deadline)
            // The answer's head is there: the client tells no earlier moment (name, connection, TLS).
            let firstByte = elapsed()
            let headers = Self.stored(response.headers)
            guard response.history.count <= 1 else {
                return CallbackReply(
                    startedAt: startedAt,
                    milliseconds: elapsed(),
                    outcome: .failure("The callback redirected, and redirects are not followed.")
                )
            }
            let body = await read(response, until: deadline)
            let status = Int(response.status.code)
            let outcome = AttemptOutcome.response(status: status)
            let retryAfter = outcome.isSuccess ? nil : response.headers.first(name: "Retry-After")
            return CallbackReply(
                startedAt: startedAt,
                milliseconds: elapsed(),
                firstByte: firstByte,
                outcome: outcome,
                headers: headers,
                body: body,
                notBefore: retryAfter.flatMap { RetryAfter.moment($0, now: clock.now) }.map(clock.due(at:))
            )
        } catch {
            let milliseconds = elapsed()
            let fault = await TransportFault.examined(error, url: request.url)
            if fault.kind == .cancelled || fault.kind == .stopping {
                return CallbackReply(startedAt: startedAt, milliseconds: milliseconds, outcome: .unknown)
            }
            if fault.kind == .unknown {
                logger.error("A callback could not be asked", metadata: ["error": "\(fault.details)"])
            }
            let sentence = CallbackFailure.sentence(fault, timeout: timeout, connect: Self.connectMilliseconds)
            return CallbackReply(startedAt: startedAt, milliseconds: milliseconds, outcome: .failure(sentence))
        }
    }

    /// The start of the body. The status has already decided: a body that never ends is cut, not waited for.
    private func read(_ response: HTTPClientResponse, until deadline: NIODeadline) async -> [UInt8] {
        if response.headers.first(name: "Content-Length") == "0" || response.status == .noContent { return [] }
        let reader = Task { () -> [UInt8] in
            var kept: [UInt8] = []
            var total = 0
            do {
                for try await chunk in response.body {
                    total += chunk.readableBytes
                    let room = Self.storedBody - kept.count
                    if room > 0 { kept.append(contentsOf: chunk.readableBytesView.prefix(room)) }
                    if total >= Self.drainedBody || Task.isCancelled { break }
                }
            } catch {
                // What came before the connection broke is still worth showing.
            }
            return kept
        }
        let alarm = client.eventLoopGroup.any().scheduleTask(deadline: deadline) { reader.cancel() }
        defer { alarm.cancel() }
        return await withTaskCancellationHandler {
            await reader.value
        } onCancel: {
            reader.cancel()
        }
    }

    private static func stored(_ headers: HTTPHeaders) -> [Attempt.Header] {
        headers.prefix(storedHeaders).map { name, value in
            Attempt.Header(name: String(name.prefix(256)), value: String(value.prefix(storedHeaderValue)))
        }
    }
}

extension HTTPClient.Configuration {
    /// The settings that the engine's client needs: no redirects, no silent reconnects, enough connections.
    package static func callbacks(connectMilliseconds: Int64 = Limit.callbackConnect.milliseconds) -> Self {
        var configuration = cautious(connect: .milliseconds(connectMilliseconds))
        // The dispatcher bounds what is under way. A limit here would be one queue for all callbacks of a host, in which
        // those that hang stand before the others.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 65_536
        return configuration
    }
}

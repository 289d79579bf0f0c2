import AsyncHTTPClient
import Domain
import EngineAPI
import NIOCore
import NIOHTTP1
import Primitives

/// Asks a node: every call has a deadline and an answer of a bounded size, and whatever fails is a `ClientError` of one
/// sentence.
struct NodeConnection: Sendable {
    /// Bytes of an answer; an event with all of its attempts is far below.
    static let longestAnswer = 64 << 20

    let http: HTTPClient
    let node: @Sendable () throws -> NodeAddress
    /// The cause as a clause that begins with “it” or “its”.
    let explain: @Sendable (any Error, _ url: String) async -> String
    /// Who sits at the terminal, for the node's audit trail.
    var terminalUser: String?
    /// Whether one node asks another, for somebody else.
    var isForwarding = false
    /// Reads anew what the node is asked with.
    var renew: (@Sendable () async -> Void)?
    /// How many milliseconds a limit lasts.
    var patience: @Sendable (Limit) -> Int64 = { $0.milliseconds }
    let link = LinkState()

    private struct Late: Error {
        let limit: Limit
    }

    private struct Answer: Sendable {
        let status: Int
        let bytes: ByteBuffer
    }

    func ask<Value: WireValue>(
        _ call: EngineCall,
        _ parameters: [String] = [],
        query: String = "",
        body: (any WireValue)? = nil,
        within limit: Limit = .nodeAnswer
    ) async throws -> Value {
        let json = try await answer(call, parameters, query: query, body: body, within: limit)
        return try understood(json)
    }

    /// The same, answered with nothing.
    func order(
        _ call: EngineCall,
        _ parameters: [String] = [],
        body: (any WireValue)? = nil,
        within limit: Limit = .nodeAnswer
    ) async throws {
        _ = try await answer(call, parameters, query: "", body: body, within: limit)
    }

    private func answer(
        _ call: EngineCall,
        _ parameters: [String],
        query: String,
        body: (any WireValue)?,
        within limit: Limit
    ) async throws -> JSON {
        var (address, answer) = try await exchange(call, parameters, query: query, body: body, within: limit)
        if answer.status == 401, let renew {
            await renew()
            (address, answer) = try await exchange(call, parameters, query: query, body: body, within: limit)
        }
        let json = try? JSON(parsing: answer.bytes.readableBytesView)
        guard (200..<300).contains(answer.status) else { throw refusal(answer.status, json ?? .null, at: address) }
        guard let json else { throw misunderstood("It is not JSON.", at: address) }
        link.reached(at: address.url)
        return json
    }

    private func exchange(
        _ call: EngineCall,
        _ parameters: [String],
        query: String,
        body: (any WireValue)?,
        within limit: Limit
    ) async throws -> (NodeAddress, Answer) {
        let address = try currentAddress()
        let request = request(call, parameters, query: query, body: body?.wire, at: address)
        // Of another node signs of life are known.
        let watch = isForwarding ? nil : watch(address)
        defer { watch?.cancel() }
        do {
            let answer = try await withDeadline(limit) {
                let response = try await http.execute(request, timeout: .hours(1))
                let bytes = try await response.body.collect(upTo: Self.longestAnswer)
                return Answer(status: Int(response.status.code), bytes: bytes)
            }
            return (address, answer)
        } catch {
            throw await fault(error, at: address, isLoss: limit == .nodeAnswer)
        }
    }

    /// What `/readyz` says, which anybody may ask.
    func unreadiness() async throws -> String? {
        let address = try currentAddress()
        let request = openRequest("/readyz", at: address)
        let answer: Answer
        do {
            answer = try await withDeadline(.nodeAnswer) {
                let response = try await http.execute(request, timeout: .hours(1))
                let bytes = try await response.body.collect(upTo: Self.longestAnswer)
                return Answer(status: Int(response.status.code), bytes: bytes)
            }
        } catch {
            throw await fault(error, at: address, isLoss: false)
        }
        guard answer.status == 503 else { return nil }
        let json = try? JSON(parsing: answer.bytes.readableBytesView)
        return json?["message"]?.string ?? "it answers 503 and does not say why."
    }

    /// Events as they come; the stream is silent for `Limit.streamSilence` at most.
    func stream(
        _ call: EngineCall,
        _ parameters: [String] = [],
        body: (any WireValue)? = nil
    ) async throws -> PacedBody<HTTPClientResponse.Body>.Iterator {
        let address = try currentAddress()
        var request = request(call, parameters, query: "", body: body?.wire, at: address)
        request.headers.add(name: "Accept", value: "text/event-stream")
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request, timeout: .milliseconds(patience(.streamSilence)))
        } catch {
            throw await fault(error, at: address, isLoss: true)
        }
        guard response.status == .ok else {
            let bytes = try? await withDeadline(.nodeAnswer) { try await response.body.collect(upTo: 1 << 20) }
            let json = bytes.flatMap { try? JSON(parsing: $0.readableBytesView) }
            throw refusal(Int(response.status.code), json ?? .null, at: address)
        }
        link.reached(at: address.url)
        return PacedBody(base: response.body, patience: .milliseconds(patience(.streamSilence)))
            .makeAsyncIterator()
    }

    /// Reads a value that has come in a stream.
    func understood<Value: WireValue>(_ json: JSON) throws(ClientError) -> Value {
        do { return try Value(wire: json) } catch {
            throw misunderstood(error.description, at: try? currentAddress())
        }
    }

    /// A stream that broke off.
    func interrupted(_ error: any Error) async -> any Error {
        let address: NodeAddress
        do { address = try currentAddress() } catch let unknown { return Task.isCancelled ? error : unknown }
        return await fault(error, at: address, isLoss: true)
    }

    // MARK: Requests

    private func currentAddress() throws -> NodeAddress {
        do { return try node() } catch let error as ClientError { throw error } catch {
            link.lost("it can't be found")
            throw ClientError(.unavailable, ErrorSentence.text(error), mayPass: true)
        }
    }

    private func request(
        _ call: EngineCall,
        _ parameters: [String],
        query: String,
        body: JSON?,
        at address: NodeAddress
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.base + call.path(parameters) + query)
        if address.socket != nil { request.headers.add(name: "Host", value: "localhost") }
        request.method = HTTPMethod(rawValue: call.method)
        request.headers.add(name: "Authorization", value: "Bearer \(address.token.exposed)")
        if let terminalUser { request.headers.add(name: Actor.header, value: terminalUser) }
        if isForwarding { request.headers.add(name: Forwarding.header, value: Forwarding.cleaned(Actor.current)) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        return request
    }

    /// What anybody may ask.
    func openRequest(_ path: String, at address: NodeAddress) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.base + path)
        if address.socket != nil { request.headers.add(name: "Host", value: "localhost") }
        return request
    }

    /// Runs work that is given up at the end of its limit; the client's own counts up to the head of an answer only.
    private func withDeadline<Value: Sendable>(
        _ limit: Limit,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: .milliseconds(patience(limit)))
                throw Late(limit: limit)
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    // MARK: Faults

    private func fault(_ error: any Error, at address: NodeAddress, isLoss: Bool) async -> any Error {
        if Task.isCancelled || error is CancellationError { return CancellationError() }
        switch error {
        case let error as ClientError: return error
        case is NIOTooManyBytesError:
            return misunderstood("It is larger than \(Self.longestAnswer >> 20) MiB.", at: address)
        default: break
        }
        let clause: String
        switch error {
        case let error as Late: clause = "it did not answer within \(error.limit.text)"
        case is NodeSilence: clause = "it said nothing for \(Limit.streamSilence.text)"
        case is NodeEnd: clause = "it ended the connection"
        default: clause = await explain(error, address.url)
        }
        if isLoss { link.lost(at: address.url, clause) }
        return ClientError(.unavailable, "The node at \(address.url) can't be asked: \(clause).", mayPass: true)
    }

    private func refusal(_ status: Int, _ json: JSON, at address: NodeAddress) -> any Error {
        if status == 401 {
            link.lost(at: address.url, "it refuses the token")
            // Whoever asked this node has shown the right ones.
            if renew != nil {
                return ClientError(
                    .unavailable,
                    "The node at \(address.url) knows other secrets than this one at the moment; ask again.",
                    mayPass: true
                )
            }
            return ClientError(.forbidden, NodeAddress.refusesToken(at: address.url))
        }
        if json["kind"] != nil, let failure = try? WireFailure(wire: json) {
            link.reached(at: address.url)
            return failure.error
        }
        let message = json["message"]?.string
        let stranger = NodeAddress.stranger(at: address.url, status: status, message: message)
        if let stranger, status != 404 || message != nil {
            link.lost(at: address.url, "it is no management API")
            return ClientError(.unavailable, stranger)
        }
        if status == 404 {
            link.lost(at: address.url, "it is no Signalbox, or an older one")
            return ClientError(
                .unavailable,
                "What answers at \(address.url) has no \(EngineCall.base); it is no Signalbox, or an older one: update it."
            )
        }
        let said = message.map { ": " + String($0.prefix(500)) } ?? "."
        return ClientError(.unavailable, "The node at \(address.url) answered \(status)\(said)", mayPass: status >= 500)
    }

    private func misunderstood(_ reason: String, at address: NodeAddress?) -> ClientError {
        ClientError(
            .unavailable,
            "The answer of the node at \(address?.url ?? "?") can't be understood; it may be of another version. \(reason)"
        )
    }
}

/// A stream brought nothing for as long as it may.
struct NodeSilence: Error {}

/// A stream that has no end came to one.
struct NodeEnd: Error {}

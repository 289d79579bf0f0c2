import AsyncHTTPClient
import Domain
import Gateway
import Logging
import NIOCore
import NIOHTTP1
import Primitives
import RemoteEngine
import Salesforce

/// Calls a management API: that of a running `signalbox`, or one made for a single command.
struct ManagementClient: Sendable, SecretBearing {
    private static let basePath = "/elements/api-v2"
    private static let maximumAnswer = 256 << 20

    /// Without a time-out for reading: the shared client's ends answers and streams that are quiet for 90 s, whoever it is
    /// that pauses. Polls and replays may take longer, and each wait here has an end of its own.
    private static let shared = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: .cautious(connect: .milliseconds(Limit.connect.milliseconds))
    )
    private let http: HTTPClient

    /// Scheme, host and port, as it is named to people.
    let baseURL: String
    /// What the paths of requests go on from.
    private let requestBase: String
    private let isSocket: Bool
    private let authorization: Secret
    /// Whether it is asked with a token, as `--attach` does.
    private let isElsewhere: Bool
    /// Polls and replays answer when they are done.
    var timeout = Duration.seconds(600)
    /// How long a stream may bring nothing at all while it is waited for; its heartbeats come every 15 s.
    var streamPatience = Duration.milliseconds(Limit.streamSilence.milliseconds)

    /// An API of this machine, by its socket where it has one.
    init(baseURL: String, socket: String? = nil, credentials: Credentials) {
        self.baseURL = baseURL
        requestBase = NodeAddress(url: baseURL, token: credentials.user, socket: socket).base
        isSocket = socket != nil
        let (user, organization) = (credentials.user.exposed, credentials.organization.exposed)
        authorization = Secret("User \(user), Organization \(organization)")
        http = Self.shared
        isElsewhere = false
    }

    /// A node that is asked with its token alone, by a client that stays the caller's.
    init(_ address: NodeAddress, http: HTTPClient) {
        baseURL = address.url
        requestBase = address.base
        isSocket = address.socket != nil
        authorization = Secret("Bearer \(address.token.exposed)")
        self.http = http
        isElsewhere = true
    }

    struct Answer: Sendable {
        let json: JSON
        /// The token that the next page is asked for with; nil at the end.
        let nextPage: String?
    }

    /// - Throws: `CommandFailure` with the API's own sentence.
    func call(
        _ method: HTTPMethod,
        _ path: String,
        query: [(String, String)] = [],
        body: JSON? = nil
    ) async throws -> Answer {
        var request = request(path, query)
        request.method = method
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        let response: HTTPClientResponse
        do {
            response = try await http.execute(
                request,
                timeout: .nanoseconds(timeout.wholeMilliseconds * 1_000_000)
            )
        } catch {
            throw await fault(error)
        }
        let bytes: ByteBuffer
        do {
            bytes = try await response.body.collect(upTo: Self.maximumAnswer)
        } catch is NIOTooManyBytesError {
            throw CommandFailure("The answer of \(baseURL) is larger than 256 MiB; ask for less at once.")
        } catch {
            throw await fault(error)
        }
        let parsed = try? JSON(parsing: bytes.readableBytesView)
        let json = parsed ?? .null
        guard (200..<300).contains(response.status.code) else { throw refusal(response.status, json) }
        if parsed == nil, bytes.readableBytes > 0 {
            throw CommandFailure("What answers at \(baseURL) is no Signalbox: its answer is not JSON.")
        }
        return Answer(json: json, nextPage: response.headers.first(name: "Elements-Next-Page-Token"))
    }

    /// The text of an event stream, as it comes, until the server ends it.
    func stream(_ path: String, query: [(String, String)] = []) async throws -> PacedBody<HTTPClientResponse.Body> {
        var request = request(path, query)
        request.headers.add(name: "Accept", value: "text/event-stream")
        let response: HTTPClientResponse
        do {
            response = try await http.execute(
                request,
                timeout: .nanoseconds(streamPatience.wholeMilliseconds * 1_000_000)
            )
        } catch {
            throw await fault(error)
        }
        guard response.status == .ok else {
            // What is worth a word comes in one piece.
            let body = PacedBody(base: response.body, patience: streamPatience)
            let bytes = try? await body.first { _ in true }
            throw refusal(response.status, bytes.flatMap { try? JSON(parsing: $0.readableBytesView) } ?? .null)
        }
        return PacedBody(base: response.body, patience: streamPatience)
    }

    /// A node elsewhere is asked with a token that a person gave; what it says of an Authorization header means nothing to them.
    private func refusal(_ status: HTTPResponseStatus, _ json: JSON) -> RefusedCall {
        if status == .unauthorized, isElsewhere {
            return RefusedCall(status: 401, message: NodeAddress.refusesToken(at: baseURL))
        }
        if isElsewhere,
            let words = NodeAddress.stranger(
                at: baseURL,
                status: Int(status.code),
                message: json["message"]?.string
            )
        {
            return RefusedCall(status: Int(status.code), message: words)
        }
        let message = json["message"]?.string ?? "The management API at \(baseURL) answered \(status.code)."
        let provider = json["providerMessage"]?.string.map { " (\($0))" } ?? ""
        return RefusedCall(status: Int(status.code), message: message + provider)
    }

    private func request(_ path: String, _ query: [(String, String)]) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: requestBase + Self.basePath + path + Self.queryText(query))
        // A path of the file system is no name that the API answers to.
        if isSocket { request.headers.add(name: "Host", value: "localhost") }
        request.headers.add(name: "Authorization", value: authorization.exposed)
        request.headers.add(name: Actor.header, value: TerminalUser.name)
        return request
    }

    private static func queryText(_ query: [(String, String)]) -> String {
        guard !query.isEmpty else { return "" }
        return "?" + query.map { "\($0.0.percentEncoded)=\($0.1.percentEncoded)" }.joined(separator: "&")
    }

    /// `CancellationError` where the call was stopped, else the sentence.
    private func fault(_ error: any Error) async -> any Error {
        let fault = await TransportFault.examined(error, url: baseURL)
        if fault.kind == .cancelled { return CancellationError() }
        if fault.kind == .unknown {
            Logger.diagnostics(.error).error("The management API failed", metadata: ["error": "\(fault.details)"])
        }
        let answer = DurationText.text(timeout)
        let clause =
            isElsewhere
            ? AttachedNode.clause(fault, url: baseURL, answer: answer) : fault.clause(connect: "10 s", answer: answer)
        let api = "The management API at \(baseURL)"
        return switch fault.standing {
        case .unreachable:
            CommandFailure("\(api) can't be reached: \(clause). Is it still running? `signalbox serve` starts it.")
        case .interrupted, .broken: CommandFailure("\(api) was reached, but \(clause).")
        case .unasked: CommandFailure("\(api) could not be asked: \(clause).")
        }
    }
}

/// What the management API refused, in its own words.
struct RefusedCall: SentenceError {
    let status: Int
    let message: String

    var description: String { message }
}

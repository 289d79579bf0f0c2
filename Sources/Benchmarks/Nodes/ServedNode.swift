import AsyncHTTPClient
import Domain
import EngineAPI
import Foundation
import NIOCore
import NIOHTTP1
import Primitives
import RemoteEngine
import Salesforce
import Spawning

/// A `signalbox serve` in a process of its own, as in daily use.
struct ServedNode: Sendable {
    let name: String
    let process: SpawnedProgram
    let engine: any EngineClient
    /// The ports of its listeners.
    let receiver: Int
    let management: Int
    private let token: Secret
    private let http: HTTPClient
    private let directory: String

    /// Starts it, and waits until it listens. `store` is nil for its own directory.
    init(_ name: String, program: String, in directory: String, store: String?, http: HTTPClient) async throws {
        self.name = name
        self.http = http
        self.directory = directory + "/" + name
        var arguments = [
            "serve", "--node", name, "--data-dir", self.directory, "--receiver", "127.0.0.1:0", "--management",
            "127.0.0.1:0", "--log-level", "warning", "--free-space", "0",
        ]
        if let store { arguments += ["--store", store] }
        let log = self.directory + ".log"
        process = try SpawnedProgram(
            program,
            arguments,
            environment: ProcessInfo.processInfo.environment.merging(["SIGNALBOX_KEY": Self.key]) { $1 },
            output: log,
            diagnostics: log
        )
        let end = ContinuousClock.now + .seconds(60)
        while true {
            if let record = Self.json(self.directory + "/running.json"),
                let secrets = Self.json(self.directory + "/credentials.json"),
                let receiver = Self.port(record["receiver"]), let management = Self.port(record["management"]),
                let token = secrets["user"]?.string
            {
                (self.receiver, self.management, self.token) = (receiver, management, Secret(token))
                break
            }
            guard ContinuousClock.now < end else {
                process.stop()
                let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                throw BenchFault("the node \(name) did not start: \(said.suffix(1000))")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        let address = NodeAddress(url: "http://127.0.0.1:\(management)", token: token)
        engine = RemoteEngine(http: http, node: { address }) { error, _ in "it fails: \(error)" }
    }

    private static let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    private static func json(_ path: String) -> JSON? {
        FileManager.default.contents(atPath: path).flatMap { try? JSON(parsing: $0) }
    }

    private static func port(_ address: JSON?) -> Int? {
        address?.string?.split(separator: ":").last.flatMap { Int($0) }
    }

    var processorMilliseconds: Double { Measured.processorMilliseconds(ofTree: Int(process.processID)) }

    /// Of an instance: where its webhooks go, and what they are signed with.
    func webhook(_ id: InstanceID) async throws -> (path: String, secret: String) {
        let json = try await get("/elements/api-v2/instances/\(id)/webhook")
        guard let url = json["receiverUrl"]?.string,
            let path = url.firstRange(of: "/elements").map({ url[$0.lowerBound...] }),
            let secret = json["signingSecret"]?.string
        else { throw BenchFault("\(name) does not say where webhooks go: \(json.text)") }
        return (String(path), secret)
    }

    func get(_ path: String) async throws -> JSON {
        let answer = try await HTTPClientExecutor(http).execute(
            HTTPCall(
                method: "GET",
                url: "http://127.0.0.1:\(management)\(path)",
                headers: [.init("Authorization", "Bearer \(token.exposed)")],
                limit: .queryHead
            )
        )
        guard answer.isSuccess else { throw BenchFault("\(name) answers \(path) with \(answer.status)") }
        return try JSON(parsing: answer.body)
    }

    /// The stream of events as it comes; opened when this returns.
    func stream() async throws -> HTTPClientResponse.Body {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(management)/elements/api-v2/events/stream")
        request.headers.add(name: "Authorization", value: "Bearer \(token.exposed)")
        let response = try await http.execute(request, timeout: .minutes(10))
        guard response.status == .ok else { throw BenchFault("\(name) answers the stream with \(response.status)") }
        return response.body
    }

    func stop() { process.stop() }
}

import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Primitives
import Synchronization
import TestSupport
import Testing

/// Thousands of connections that hold a place and say next to nothing, while good webhooks come.
///
/// `SIGNALBOX_CROWD=10000` makes so many silent ones, and 200 that drip; 99 of 100 good webhooks must be answered within 50 ms
/// then. The suite has a tenth of them, and leaves times to machines that have nothing else to do.
@Suite(.timed, .timeLimit(.minutes(20)))
struct CrowdTests {
    private static let allowed = Duration.milliseconds(50)

    @Test func `silent and dripping connections keep no good webhook out`() async throws {
        let wanted = ProcessInfo.processInfo.environment["SIGNALBOX_CROWD"].flatMap { Int($0) }
        let (silent, dripping, posts) = (wanted ?? 1000, max(40, (wanted ?? 0) / 50), wanted == nil ? 50 : 500)
        let surroundings = try await Surroundings.start()
        let directory = try ScratchDirectory()
        let path = directory.path
        let node = try Child(
            ["serve", "--data-dir", path, "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"]
        )
        let api = try await ManagementAPI.running(in: path)
        _ = try await api.post("/instances", surroundings.instance(overriding: ["event.vendor.type": "webhooks"]))
        let webhook = try await api.get("/instances/1/webhook")
        let url = try #require(webhook["receiverUrl"]?.string)
        let secret = try #require(webhook["signingSecret"]?.string)
        let address = try #require(url.firstMatch(of: /http:\/\/[^\/]*:([0-9]+)(\/.*)/))
        let crowd = Crowd(port: try #require(Int(address.output.1)), path: String(address.output.2))
        defer { crowd.leave() }
        let good = GoodSenders(url: url, secret: secret)
        func measure(_ phase: String, until isOver: @escaping @Sendable () -> Bool = { true }) async throws {
            let measured = try await good.post(posts, until: isOver)
            print(
                "crowd: \(phase): \(crowd.present) of \(crowd.joined) connections and \(crowd.returns) returns; \(measured)"
            )
            #expect(measured.faults == [], "\(phase)\n\(node.diagnostics)")
            if wanted != nil { #expect(measured.share(99) < Self.allowed, "\(phase)") }
        }
        try await measure("alone")
        crowd.join([.silent: silent, .drippingHead: dripping / 2, .drippingBody: dripping - dripping / 2])
        try await measure("while it comes") { crowd.joined >= silent + dripping }
        try await measure("while it stands")
        crowd.leave()
        try await good.shutdown()
        // All of them reach the callback.
        let listen = surroundings.listen
        let taken = good.taken
        try await waitUntil("\(taken) webhooks at the callback", seen: { node.diagnostics }) {
            listen.lines.count >= taken
        }
        node.signal(SIGTERM)
        #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
    }
}

/// Senders of signed webhooks, half of which keep their connection, at 160 posts a second together.
private final class GoodSenders: Sendable {
    struct Measured: CustomStringConvertible {
        var times: [Duration] = []
        var faults: [String] = []

        func share(_ percent: Int) -> Duration {
            times.isEmpty ? .zero : times.sorted()[min(times.count - 1, times.count * percent / 100)]
        }

        var description: String {
            func milliseconds(_ time: Duration) -> String { String(format: "%.1f ms", time / .milliseconds(1)) }
            return
                "\(times.count) good webhooks answered, half of them after \(milliseconds(share(50))), 99 of 100 after "
                + "\(milliseconds(share(99))), all after \(milliseconds(share(100)))"
        }
    }

    private static let senders = 8

    private let url: String
    private let key: SymmetricKey
    private let keeping: HTTPClient
    private let fresh: HTTPClient
    private let last = Atomic<Int>(0)
    private let answered = Atomic<Int>(0)

    init(url: String, secret: String) {
        self.url = url
        key = SymmetricKey(data: Base64.decode(String(secret.dropFirst(6))) ?? [])
        keeping = HTTPClient()
        var configuration = HTTPClient.Configuration()
        configuration.maximumUsesPerConnection = 1
        fresh = HTTPClient(configuration: configuration)
    }

    var taken: Int { answered.load(ordering: .relaxed) }

    func shutdown() async throws {
        try await keeping.shutdown()
        try await fresh.shutdown()
    }

    /// So many from each sender, and more until it is over.
    func post(_ count: Int, until isOver: @escaping @Sendable () -> Bool) async throws -> Measured {
        try await withThrowingTaskGroup(of: Measured.self) { group in
            for sender in 0..<Self.senders {
                group.addTask {
                    let loop = MultiThreadedEventLoopGroup.singleton.next()
                    var measured = Measured()
                    let end = ContinuousClock.now + .seconds(Patience.wait)
                    while measured.faults.isEmpty, measured.times.count < count || !isOver() {
                        guard ContinuousClock.now < end else { throw TimedOut(description: "the crowd never came") }
                        let begin = ContinuousClock.now
                        if let fault = await self.fault(sender.isMultiple(of: 2) ? self.keeping : self.fresh) {
                            measured.faults.append(fault)
                        }
                        measured.times.append(ContinuousClock.now - begin)
                        // Its pace.
                        try await loop.scheduleTask(in: .milliseconds(50)) {}.futureResult.get()
                    }
                    return measured
                }
            }
            return try await group.reduce(into: Measured()) { all, one in
                all.times += one.times
                all.faults += one.faults
            }
        }
    }

    /// What is wrong with the answer; nil where the webhook was taken.
    private func fault(_ client: HTTPClient) async -> String? {
        let number = last.add(1, ordering: .relaxed).newValue
        let digits = String(number)
        let id = "001" + String(repeating: "0", count: 12 - digits.count) + digits + "AAA"
        let body: JSON = [
            "operation": "insert", "object": "Account",
            "records": [
                [
                    "Id": .string(id), "Name": .string("Account \(number)"),
                    "SystemModstamp": "2026-11-23T18:00:05.000+0000",
                ]
            ],
        ]
        let request = HTTPClientRequest.signedWebhook(body, id: "msg_\(number)", key: key, to: url)
        do {
            let response = try await client.execute(request, timeout: .seconds(60))
            let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
            guard response.status == .accepted else { return "\(response.status.code) \(text)" }
            answered.add(1, ordering: .relaxed)
            return nil
        } catch { return "\(error)" }
    }
}

import AsyncHTTPClient
import Domain
import Logging
import NIOCore
import NIOHTTP1
import Primitives
import Salesforce
import ServiceLifecycle
import Telemetry

/// Brings spans to a collector of OpenTelemetry, by OTLP over HTTP in JSON. It wakes up only where there are some.
struct TraceExport: Service {
    /// Spans of one request.
    private static let batch = 512
    /// In which spans are collected for one request.
    private static let patience = Duration.seconds(1)

    let recorder: TraceRecorder
    private let url: String
    private let resource: JSON
    /// Milliseconds that a request may take.
    private let requestLimit: Int64
    private let waiting: AsyncStream<Void>
    private let logger: Logger

    /// `url` is the collector's, without `/v1/traces`.
    init(to url: String, node: String?, requestLimit: Int64 = Limit.traces.milliseconds, logger: Logger) {
        let (waiting, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        recorder = TraceRecorder { wake.yield() }
        self.waiting = waiting
        self.url = url + "/v1/traces"
        self.requestLimit = requestLimit
        self.logger = logger
        resource = OTLP.resource(version: Version.text, node: node)
    }

    func run() async throws {
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: .cautious(connect: .milliseconds(Limit.connect.milliseconds))
        )
        let wasFailing = await cancelWhenGracefulShutdown {
            var isFailing = false
            for await _ in waiting {
                do { try await Task.sleep(for: Self.patience) } catch { break }
                await send(by: client, &isFailing)
            }
            return isFailing
        }
        // What the end itself brought, what waited for its second, and what was under way.
        await Task {
            var isFailing = wasFailing
            await send(by: client, until: .now() + .milliseconds(Limit.tracesAtEnd.milliseconds), &isFailing)
        }.value
        try await client.shutdown()
    }

    /// Whatever a collector does not take is lost: a trace is no record, and must hold nothing up. With `end`, that is when
    /// the last request is over, however many there are.
    private func send(by client: HTTPClient, until end: NIODeadline? = nil, _ isFailing: inout Bool) async {
        let (spans, lost) = recorder.drain()
        var rest = spans[...]
        var fault = lost == 0 ? nil : "\(lost) spans came faster than they could be sent"
        while !rest.isEmpty {
            let part = rest.prefix(Self.batch)
            rest = rest.dropFirst(part.count)
            let limit = NIODeadline.now() + .milliseconds(requestLimit)
            if let reason = await post(OTLP.body(of: part, resource), by: client, until: min(limit, end ?? limit)) {
                if Task.isCancelled {
                    // The program ends: they are sent once more with what the end brings.
                    return recorder.restore(part + rest)
                }
                fault = "\(rest.count + part.count) spans were lost: \(reason)"
                break
            }
        }
        if let fault, !isFailing {
            logger.warning("Traces don't reach \(url); --traces names the collector", metadata: ["error": "\(fault)"])
        }
        isFailing = fault != nil
    }

    /// In our words; what none are known for, in full, as nobody else writes it down.
    private static func reason(_ error: any Error, _ url: String) async -> String {
        let fault = await TransportFault.examined(error, url: url)
        guard fault.kind != .unknown else { return fault.details }
        return fault.clause(connect: Limit.connect.text, answer: Limit.traces.text)
    }

    /// Why it was not taken; nil where it was.
    private func post(_ body: JSON, by client: HTTPClient, until deadline: NIODeadline) async -> String? {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body.bytes))
        let prepared = request
        // The client's own deadline counts up to the head of an answer only.
        return await withTaskGroup(of: String?.self) { group in
            group.addTask {
                do {
                    let response = try await client.execute(prepared, deadline: deadline)
                    _ = try await response.body.collect(upTo: 64 << 10)
                    return (200..<300).contains(response.status.code) ? nil : "it answered \(response.status.code)"
                } catch {
                    return await Self.reason(error, url)
                }
            }
            group.addTask {
                try? await Task.sleep(for: .nanoseconds((deadline - .now()).nanoseconds))
                return "it did not answer in time"
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}

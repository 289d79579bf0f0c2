package import AsyncHTTPClient
package import Domain
package import Logging
import NIOCore
import NIOHTTP1
import Primitives

/// `HTTPExecuting` over AsyncHTTPClient. The client's owner shuts it down and configures it not to follow redirects
/// (`HTTPClientExecutor.configuration`).
package struct HTTPClientExecutor: HTTPExecuting {
    private let choose: @Sendable (_ url: String) -> Chosen
    private let logger: Logger?
    private let limits: Limits

    /// What no sentence is known for is logged in full.
    package init(_ client: HTTPClient, logger: Logger? = nil, limits: Limits = .init()) {
        self.init(choosing: { _ in Chosen(client) }, logger: logger, limits: limits)
    }

    /// By which client an address is asked.
    package struct Chosen: Sendable {
        let client: HTTPClient
        /// The proxy that it goes by; nil: none.
        package let proxy: String?

        package init(_ client: HTTPClient, proxy: String? = nil) {
            self.client = client
            self.proxy = proxy
        }
    }

    /// The same with a client for each address.
    package init(
        choosing choose: @escaping @Sendable (_ url: String) -> Chosen,
        logger: Logger? = nil,
        limits: Limits = .init()
    ) {
        self.choose = choose
        self.logger = logger
        self.limits = limits
    }

    /// A short time to connect; the time for an answer is the call's.
    package static var configuration: HTTPClient.Configuration {
        .cautious(connect: .milliseconds(Limit.connect.milliseconds))
    }

    package func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
        var request = HTTPClientRequest(url: call.url)
        request.method = HTTPMethod(rawValue: call.method)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        // Nothing here inflates what is sent compressed.
        request.headers.replaceOrAdd(name: "Accept-Encoding", value: "identity")
        if let body = call.body { request.body = .bytes(ByteBuffer(bytes: body)) }
        var isAnswering = false
        let chosen = choose(call.url)
        do {
            let response = try await chosen.client.execute(request, timeout: .milliseconds(limits[call.limit]))
            isAnswering = true
            let body = try await read(response, atMost: call.maximumBytes)
            var headers: [String: String] = [:]
            for (name, value) in response.headers {
                let name = name.lowercased()
                headers[name] = headers[name].map { "\($0), \(value)" } ?? value
            }
            let answer = HTTPAnswer(status: Int(response.status.code), headers: headers, body: body)
            if let encoding = answer.strangeEncoding {
                throw HTTPFault.interrupted("it sends its answer as \(encoding), which was not asked for")
            }
            return answer
        } catch let fault as HTTPFault {
            throw fault
        } catch {
            throw try await faulty(error, call, proxy: chosen.proxy, isAnswering: isAnswering)
        }
    }

    /// The body, for as long as it comes at a pace.
    ///
    /// - Throws: `HTTPFault.exceeded` with the limit that was over, and what reading throws.
    private func read(_ response: HTTPClientResponse, atMost limit: Int) async throws -> [UInt8] {
        let transfer = Transfer(TransferWatch(start: Self.now, limits: limits))
        let reader = Task { () throws -> [UInt8] in
            var body: [UInt8] = []
            for try await chunk in response.body {
                transfer.watch.withLock { $0.received(chunk.readableBytes, at: Self.now) }
                guard body.count + chunk.readableBytes <= limit else { throw HTTPFault.tooLarge(limit: limit) }
                body.append(contentsOf: chunk.readableBytesView)
            }
            return body
        }
        let alarm = Task {
            while true {
                let look = transfer.watch.withLock { $0.nextLook }
                try await Task.sleep(for: .milliseconds(max(1, look - Self.now)))
                guard let over = transfer.watch.withLock({ $0.exceeded(at: Self.now) }) else { continue }
                transfer.exceeded.withLock { $0 = over }
                return reader.cancel()
            }
        }
        defer { alarm.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await reader.value
            } onCancel: {
                reader.cancel()
            }
        } catch {
            if let over = transfer.exceeded.withLock({ $0 }) { throw HTTPFault.exceeded(over) }
            throw error
        }
    }

    /// What reader and alarm both look at.
    private final class Transfer: Sendable {
        let watch: Locked<TransferWatch>
        let exceeded = Locked<Limit?>(nil)

        init(_ watch: TransferWatch) { self.watch = Locked(watch) }
    }

    /// Milliseconds of a clock that nobody sets.
    private static var now: Int64 { Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000) }

    /// - Throws: `CancellationError` where the call was stopped.
    private func faulty(_ error: any Error, _ call: HTTPCall, proxy: String?, isAnswering: Bool) async throws
        -> HTTPFault
    {
        let fault = await TransportFault.examined(error, url: call.url)
        if fault.kind == .cancelled { throw CancellationError() }
        if fault.kind == .answerTimeout { return .exceeded(call.limit) }
        if fault.kind == .unknown {
            logger?.error("The org could not be asked", metadata: ["error": "\(fault.details)"])
        }
        let clause = fault.clause(connect: Limit.connect.text, answer: call.limit.text, trustedBy: "--org-ca")
        switch fault.standing {
        // Nobody but the proxy was to be reached from here.
        case .unreachable:
            return .unreachable(proxy.map { "the proxy \($0) on the way to it can't be reached" } ?? clause)
        // These two are seen in an answer, so that the call has reached somebody.
        case .broken where fault.kind == .notHTTP || fault.kind == .headTooLarge: return .malformed(clause)
        case .broken, .unasked: return .broken(clause)
        // The head was there: whatever ended it, it ended in the middle.
        case .interrupted where isAnswering && fault.kind == .closed:
            return .interrupted("it closed the connection in the middle of its answer")
        case .interrupted: return .interrupted(clause)
        }
    }
}

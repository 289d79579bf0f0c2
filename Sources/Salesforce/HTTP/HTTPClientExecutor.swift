package import AsyncHTTPClient
package import Logging
import NIOCore
import NIOHTTP1

/// `HTTPExecuting` over AsyncHTTPClient. The client's owner shuts it down and configures it not to follow redirects
/// (`HTTPClientExecutor.configuration`).
package struct HTTPClientExecutor: HTTPExecuting {
    private static let connectSeconds: Int64 = 10

    private let client: HTTPClient
    private let logger: Logger?

    /// The logger hears in full what no sentence is known for.
    package init(_ client: HTTPClient, logger: Logger? = nil) {
        self.client = client
        self.logger = logger
    }

    /// A short time to connect; the time for an answer is the call's.
    package static var configuration: HTTPClient.Configuration { .cautious(connect: .seconds(connectSeconds)) }

    package func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
        var request = HTTPClientRequest(url: call.url)
        request.method = HTTPMethod(rawValue: call.method)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        if let body = call.body { request.body = .bytes(ByteBuffer(bytes: body)) }
        var isAnswering = false
        do {
            let response = try await client.execute(request, timeout: .seconds(call.timeoutSeconds))
            isAnswering = true
            var body: [UInt8] = []
            for try await chunk in response.body {
                guard body.count + chunk.readableBytes <= call.maximumBytes else {
                    throw HTTPFault.tooLarge(limit: call.maximumBytes)
                }
                body.append(contentsOf: chunk.readableBytesView)
            }
            var headers: [String: String] = [:]
            for (name, value) in response.headers {
                let name = name.lowercased()
                headers[name] = headers[name].map { "\($0), \(value)" } ?? value
            }
            return HTTPAnswer(status: Int(response.status.code), headers: headers, body: body)
        } catch let fault as HTTPFault {
            throw fault
        } catch {
            throw try faulty(error, call, isAnswering: isAnswering)
        }
    }

    /// - Throws: `CancellationError` where the call was stopped.
    private func faulty(_ error: any Error, _ call: HTTPCall, isAnswering: Bool) throws -> HTTPFault {
        let fault = TransportFault(error, url: call.url)
        if fault.kind == .cancelled { throw CancellationError() }
        if fault.kind == .unknown {
            logger?.error("The org could not be asked", metadata: ["error": "\(fault.details)"])
        }
        let clause = fault.clause(connect: "\(Self.connectSeconds) s", answer: "\(call.timeoutSeconds) s")
        switch fault.standing {
        case .unreachable: return .unreachable(clause)
        case .broken, .unasked: return .broken(clause)
        // The head was there: whatever ended it, it ended in the middle.
        case .interrupted where isAnswering && fault.kind == .closed:
            return .interrupted("it closed the connection in the middle of its answer")
        case .interrupted: return .interrupted(clause)
        }
    }
}

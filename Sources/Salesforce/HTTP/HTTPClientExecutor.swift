package import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// `HTTPExecuting` over AsyncHTTPClient. The client's owner shuts it down and configures it not to follow redirects
/// (`HTTPClientExecutor.configuration`).
package struct HTTPClientExecutor: HTTPExecuting {
    private let client: HTTPClient

    package init(_ client: HTTPClient) { self.client = client }

    /// No redirects, a short time to connect; the time for an answer is the call's.
    package static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(10)
        // Whoever refuses a connection is asked again by the schedule; somebody may be waiting for the answer.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    package func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
        var request = HTTPClientRequest(url: call.url)
        request.method = HTTPMethod(rawValue: call.method)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        if let body = call.body { request.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            let response = try await client.execute(request, timeout: .seconds(call.timeoutSeconds))
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
        } catch let error as CancellationError {
            throw error
        } catch let error as HTTPClientError {
            if error == .cancelled { throw CancellationError() }
            throw Self.fault(error)
        } catch {
            throw HTTPFault.unreachable(Self.words(error))
        }
    }

    private static func fault(_ error: HTTPClientError) -> HTTPFault {
        switch error {
        case .connectTimeout: .unreachable("no answer within 10 seconds")
        case .deadlineExceeded, .readTimeout, .writeTimeout: .interrupted("the time for an answer ran out")
        case .remoteConnectionClosed: .interrupted("the connection was closed")
        case .invalidURL, .emptyHost, .emptyScheme: .unreachable("the address is not valid")
        default: .interrupted(words(error))
        }
    }

    private static func words(_ error: any Error) -> String {
        let text = String(describing: error)
        if text.contains("ECONNREFUSED") || text.contains("Connection refused") { return "the connection was refused" }
        if text.contains("unknownHost") || text.contains("EAI_") || text.contains("NIOConnectionError") {
            return "no connection to that host could be made"
        }
        return String(text.prefix(200))
    }
}

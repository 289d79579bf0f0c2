import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Primitives
import TestSupport

/// The management API of a running program, as its data directory tells where it is.
struct ManagementAPI: Sendable {
    let processID: Int32
    private let url: String
    let token: String

    /// Waits until a program listens there, another than the one that was there before.
    static func running(in path: String, otherThan former: Int32? = nil) async throws -> ManagementAPI {
        let record = try await waitUntil("the running record") { () -> JSON? in
            let record = FileManager.default.contents(atPath: path + "/running.json").flatMap { try? JSON(parsing: $0) }
            return record?["pid"]?.integer == former.map(Int64.init) ? nil : record
        }
        let secrets = FileManager.default.contents(atPath: path + "/credentials.json").flatMap {
            try? JSON(parsing: $0)
        }
        guard let management = record["management"]?.string, let pid = record["pid"]?.integer,
            let token = secrets?["user"]?.string
        else { throw TimedOut(description: "the running record or the credentials are wrong: \(record)") }
        return ManagementAPI(
            processID: Int32(truncatingIfNeeded: pid),
            url: "http://\(management)\(base)",
            token: token
        )
    }

    /// Where it is, as `--attach` takes it.
    var address: String { String(url.dropLast(Self.base.count)) }

    func get(_ path: String) async throws -> JSON { try await call(.GET, path) }

    @discardableResult
    func post(_ path: String, _ body: JSON = [:], method: HTTPMethod = .POST) async throws -> JSON {
        try await call(method, path, body)
    }

    /// What somebody is answered, whatever it is; `path` may stand outside the API's base path.
    func answer(to path: String, token: String) async throws -> (status: UInt, body: Data) {
        let isOutside = ["/signalbox/", "/metrics", "/openapi.json", "/readyz"].contains { path.hasPrefix($0) }
        let base = isOutside ? String(url.dropLast(Self.base.count)) : url
        var request = HTTPClientRequest(url: base + path)
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        let bytes = try await response.body.collect(upTo: 1 << 24)
        return (response.status.code, Data(bytes.readableBytesView))
    }

    private static let base = "/elements/api-v2"

    private func call(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) async throws -> JSON {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        let bytes = try await response.body.collect(upTo: 1 << 24)
        guard response.status == .ok else {
            let words = String(decoding: bytes.readableBytesView, as: UTF8.self)
            throw TimedOut(description: "\(method) \(path): \(response.status.code) \(words)")
        }
        return try JSON(parsing: bytes.readableBytesView)
    }
}

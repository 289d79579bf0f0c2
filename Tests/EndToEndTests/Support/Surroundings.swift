import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Primitives
import TestSupport

/// A simulated org and a callback as processes of their own, as a person would start them.
struct Surroundings {
    static let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    let org: Child
    let listen: Child
    let access: JSON
    let callbackURL: String

    var baseURL: String { access["baseURL"]?.string ?? "" }

    static func start(listenOptions: [String] = []) async throws -> Surroundings {
        let org = try Child(["simulate-org", "--port", "0", "--records", "3"])
        let listen = try Child(["listen", "--port", "0", "--key", key] + listenOptions)
        let line = try await waitUntil("the org's line", seen: { org.diagnostics }) { org.lines.first }
        let url = try await waitUntil("listen's address", seen: { listen.diagnostics }) {
            listen.diagnostics.firstMatch(of: /http:\/\/[0-9.:]+/).map { String($0.output) }
        }
        return Surroundings(org: org, listen: listen, access: try JSON(parsing: line), callbackURL: url + "/hook")
    }

    /// The seed's JSON with this org and callback filled in.
    func instance(
        objects: String = "Account,Contact",
        interval: String = "60",
        overriding settings: [String: JSON] = [:]
    ) -> JSON {
        Self.instance(access, callbackURL, objects: objects, interval: interval, overriding: settings)
    }

    /// The same with an org that has told how it is reached, as `simulate-org` does.
    static func instance(
        _ access: JSON,
        _ callbackURL: String,
        objects: String,
        interval: String,
        overriding settings: [String: JSON] = [:]
    ) -> JSON {
        var configuration: [String: JSON] = [
            "base.url": access["baseURL"] ?? "",
            "oauth.callback.url": "https://www.mycoolapp.com/auth",
            "oauth.api.key": access["clientId"] ?? "",
            "oauth.api.secret": access["clientSecret"] ?? "",
            "event.notification.enabled": true,
            "event.vendor.type": "polling",
            "event.notification.callback.url": .string(callbackURL),
            "event.notification.signature.key": .string(Self.key),
            "event.objects": .string(objects),
            "event.poller.refresh_interval": .string(interval),
        ]
        configuration.merge(settings) { $1 }
        return [
            "element": ["key": "sfdc"],
            "providerData": ["code": access["authorizationCode"] ?? ""],
            "configuration": .object(configuration.map { JSON.Member($0.key, $0.value) }),
            "tags": ["forDocs"],
            "name": "mySFDCInstance",
        ]
    }

    /// Gives an order to the org's control API.
    @discardableResult
    func control(_ path: String, _ body: JSON) async throws -> JSON {
        var request = HTTPClientRequest(url: baseURL + "/control/" + path)
        request.method = .POST
        request.body = .bytes(ByteBuffer(bytes: body.bytes))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        guard response.status == .ok else {
            throw TimedOut(description: "control \(path): \(String(decoding: bytes.readableBytesView, as: UTF8.self))")
        }
        return try JSON(parsing: bytes.readableBytesView)
    }

    /// What listen has printed so far.
    var received: [JSON] { listen.lines.compactMap { try? JSON(parsing: $0) } }

    func received(where matches: @escaping @Sendable (JSON) -> Bool) async throws -> JSON {
        let listen = listen
        return try await waitUntil("a notification", seen: { listen.output }) {
            listen.lines.lazy.compactMap { try? JSON(parsing: $0) }.first(where: matches)
        }
    }
}

extension JSON {
    subscript(_ first: String, _ second: String) -> JSON? { self[first]?[second] }
}

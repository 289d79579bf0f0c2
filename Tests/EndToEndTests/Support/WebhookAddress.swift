import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import Primitives
import TestSupport
import Testing

/// The address of an instance for webhooks, whichever node takes them, and what signs what goes there.
struct WebhookAddress: Sendable {
    let instance: Int64
    private let path: String
    private let key: SymmetricKey

    /// - Throws: what keeps the node from saying where that is.
    init(of instance: Int64, _ api: ManagementAPI) async throws {
        let webhook = try await api.get("/instances/\(instance)/webhook")
        self.instance = instance
        path = try #require(
            webhook["receiverUrl"]?.string?.firstMatch(of: /\/elements.*/).map { String($0.output) }
        )
        let secret = try #require(webhook["signingSecret"]?.string)
        key = SymmetricKey(data: Base64.decode(String(secret.dropFirst(6))) ?? [])
    }

    /// The id of the so-manieth record.
    static func record(_ number: Int) -> String {
        let digits = String(number)
        return "001" + String(repeating: "0", count: 12 - digits.count) + digits + "AAA"
    }

    /// When a record was changed for the so-manieth time, as the org says it.
    static func stamp(_ change: Int) -> String {
        func digits(_ number: Int) -> String { String(("0" + String(number)).suffix(2)) }
        return "2026-11-23T\(digits(change / 3600)):\(digits(change / 60 % 60)):\(digits(change % 60)).000+0000"
    }

    /// Posts a change of a record to the node of a data directory.
    ///
    /// - Returns: the answer's status and text; nil where nobody listens there yet.
    /// - Throws: what befell the exchange. A paused node takes connections and answers nobody, as for a balancer.
    func post(
        _ number: Int,
        _ change: Int,
        to node: String,
        isSigned: Bool = true
    ) async throws -> (status: UInt, text: String)? {
        guard
            let record = FileManager.default.contents(atPath: node + "/running.json").flatMap({ try? JSON(parsing: $0) }
            ),
            let receiver = record["receiver"]?.string
        else { return nil }
        let body: JSON = [
            "operation": .string(change == 1 ? "insert" : "update"), "object": "Account",
            "records": [
                [
                    "Id": .string(Self.record(number)), "Name": .string("Account \(number), \(change)"),
                    "SystemModstamp": .string(Self.stamp(change)),
                ]
            ],
        ]
        var request = HTTPClientRequest.signedWebhook(
            body,
            id: "msg_\(number)_\(change)",
            key: key,
            to: "http://\(receiver)\(path)"
        )
        if !isSigned { request.headers.remove(name: "webhook-signature") }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(2))
        return (response.status.code, String(buffer: try await response.body.collect(upTo: 1 << 20)))
    }
}

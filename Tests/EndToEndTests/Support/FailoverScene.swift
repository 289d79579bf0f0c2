#if PostgreSQL
import AsyncHTTPClient
import Crypto
import Domain
import EngineTestSupport
import Foundation
import NIOCore
import NIOHTTP1
import Primitives
import TestSupport
import Testing

/// An org, a callback and a database, and nodes at it.
struct FailoverScene {
    let directory: ScratchDirectory
    let surroundings: Surroundings
    let place: PostgresDatabase
    private let environment: [String: String]

    init() async throws {
        directory = try ScratchDirectory()
        // Slow, so that there is always something under way.
        surroundings = try await Surroundings.start(listenOptions: ["--delay", "300"])
        place = try await PostgresDatabase.of(directory.path)
        environment = ["SIGNALBOX_STORE": place.url, "SIGNALBOX_KEY": PostgresDatabase.key.exposed]
    }

    /// Waits until the nodes hold so many instances each, as `2 2`.
    func wait(for shares: String) async throws {
        let question = """
            SELECT string_agg(n::text, ' ' ORDER BY n) FROM (SELECT count(*) n FROM signalbox.lease
            WHERE instance > 0 AND node > 0 GROUP BY node) h
            """
        let place = place
        try await waitUntil("the instances to be held as \(shares)") { try await place.ask(question) == shares }
    }

    /// A command beside a node.
    func command(_ name: String, _ arguments: [String], _ more: [String: String] = [:]) throws -> Child {
        try Child(
            arguments + ["--data-dir", directory.path + "/" + name],
            environment: environment.merging(more) { $1 }
        )
    }

    private func begin(_ name: String, _ more: [String: String]) throws -> Child {
        try Child(
            [
                "serve", "--node", name, "--data-dir", directory.path + "/" + name, "--receiver", "127.0.0.1:0",
                "--management", "127.0.0.1:0",
            ],
            environment: environment.merging(more) { $1 }
        )
    }

    func serve(_ name: String, formerly: Int32? = nil, _ more: [String: String] = [:]) async throws -> Child {
        let child = try begin(name, more)
        try await waitUntil("\(name) to be ready", seen: { child.diagnostics }) {
            child.diagnostics.contains("Ready: webhooks at")
        }
        _ = try await ManagementAPI.running(in: directory.path + "/" + name, otherThan: formerly)
        return child
    }

    /// Instances that take webhooks, and what posts them to whichever node listens.
    func load(_ api: ManagementAPI, endsOrg: Bool = true) async throws -> FailoverLoad {
        var receivers: [WebhookAddress] = []
        for _ in 0..<4 {
            let settings: [String: JSON] = [
                "event.vendor.type": "webhooks", "oauth.grant.type": "client_credentials",
            ]
            let made = try await api.post(
                "/instances",
                surroundings.instance(objects: "Account", overriding: settings)
            )
            let id = try #require(made["id"]?.integer)
            receivers.append(try await WebhookAddress(of: id, api))
        }
        // What it would find missing of the records is not what this is about.
        if endsOrg { surroundings.org.signal(SIGKILL) }
        return FailoverLoad(nodes: ["one", "two"].map { directory.path + "/" + $0 }, receivers: receivers)
    }
}
#endif

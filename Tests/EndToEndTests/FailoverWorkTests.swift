#if PostgreSQL
import EngineTestSupport
import Foundation
import Glibc
import NIOHTTP1
import Primitives
import TestSupport
import Testing

/// What a person began or looks at on a node that is killed, and what the other node makes of it.
@Suite(
    .enabled(if: PostgresCluster.isWanted, Comment(rawValue: PostgresCluster.unwanted)),
    .timed,
    .serialized,
    .timeLimit(.minutes(20))
)
struct FailoverWorkTests {
    /// Two nodes, and events at the instances of both that have been delivered.
    private func prepared() async throws -> (scene: FailoverScene, nodes: [Child], load: FailoverLoad) {
        let scene = try await FailoverScene()
        let first = try await scene.serve("one")
        let load = try await scene.load(try await ManagementAPI.running(in: scene.directory.path + "/one"))
        let second = try await scene.serve("two")
        try await scene.wait(for: "2 2")
        try await load.run()
        #expect(load.faults.isEmpty)
        let listen = scene.surroundings.listen
        try await waitUntil("all deliveries", seen: { "\(listen.lines.count) of \(load.total)" }) {
            listen.lines.count >= load.total
        }
        return (scene, [first, second], load)
    }

    /// An instance that a node holds.
    private func instance(of node: String, _ scene: FailoverScene) async throws -> Int64 {
        let held = try await scene.place.ask(
            """
            SELECT min(lease.instance) FROM signalbox.lease JOIN signalbox.node ON node.fence = lease.node
            WHERE node.name = '\(node)' AND lease.instance > 0
            """
        )
        return try #require(Int64(held))
    }

    @Test
    func `a bulk replay whose node is killed is finished by another one, which sends again only what was under way`()
        async throws
    {
        let (scene, nodes, load) = try await prepared()
        let listen = scene.surroundings.listen
        let two = try await ManagementAPI.running(in: scene.directory.path + "/two")
        let id = try await instance(of: "one", scene)
        // Begun by way of the node that stays, done by the one that goes.
        let job = try await two.post("/instances/\(id)/replays", ["filter": "change:created,updated", "rate": 40])
        let number = try #require(job["id"]?.integer)
        let total = try #require(job["total"]?.integer.flatMap { Int(exactly: $0) })
        #expect(total == load.total / load.instances.count)
        func replayed() -> [String] {
            listen.lines.dropFirst(load.total).compactMap { try? JSON(parsing: $0) }.filter { $0["replay"] == true }
                .compactMap { $0["eventId"]?.string }
        }
        try await waitUntil("a part of the replay", seen: { "\(replayed().count)" }) { replayed().count >= total / 4 }
        nodes[0].signal(SIGKILL)
        #expect(try await nodes[0].exitStatus() == 128 + SIGKILL)
        let before = replayed().count
        #expect(before < total)
        var last = ""
        try await waitUntil("the replay to be finished", seen: { last }) {
            last = try await two.get("/replays/\(number)").text
            return try JSON(parsing: last)["state"]?.string == "completed"
        }
        let sent = replayed()
        let finished = try JSON(parsing: last)
        #expect(finished["succeeded"]?.integer == Int64(total) && finished["failed"]?.integer == 0, "\(last)")
        #expect(Set(sent).count == total)
        // At 40 a second, answered after 300 ms and noted soon after: what was under way, and what was not noted yet.
        let again = sent.count - total
        #expect(again <= 40, "\(again) sent again")
        // Nothing of it went out as a delivery.
        #expect(listen.lines.count == load.total + sent.count)
        print("failover: a bulk replay of \(total), killed after \(before), \(again) sent again")
        nodes[1].signal(SIGTERM)
        #expect(try await nodes[1].exitStatus() == 0)
    }

    @Test func `who looks at a node that is killed goes on at another one, with the same token and without a gap`()
        async throws
    {
        let (scene, nodes, load) = try await prepared()
        let path = scene.directory.path
        let (one, two) = (
            try await ManagementAPI.running(in: path + "/one"), try await ManagementAPI.running(in: path + "/two")
        )
        let id = try await instance(of: "one", scene)
        func looking(at node: ManagementAPI, _ arguments: [String]) throws -> Child {
            try Child(
                arguments + ["--attach", node.address, "--data-dir", path + "/looking"],
                environment: ["SIGNALBOX_TOKEN": one.token]
            )
        }
        #expect(one.token == two.token)
        let plain = try looking(at: one, ["--plain"])
        try await waitUntil("its first lines", seen: { plain.diagnostics + plain.output }) {
            plain.diagnostics.contains("attached to \(one.address)")
        }
        let tail = try looking(at: one, ["events", "tail", "--after", "0"])
        try await waitUntil("what is stored", seen: { tail.diagnostics }) { tail.lines.count >= load.total }
        nodes[0].signal(SIGKILL)
        try await waitUntil("the loss", seen: { plain.diagnostics }) {
            plain.diagnostics.contains("\(one.address) is unreachable since")
        }
        for child in [plain, tail] {
            child.signal(SIGTERM)
            _ = try await child.exitStatus()
        }
        // From where the first one ended, at a node that didn't hold the instance.
        let next = try looking(at: two, ["events", "tail", "--after", "\(load.total)"])
        let shown = try looking(at: two, ["--plain"])
        try await waitUntil("its first lines", seen: { shown.diagnostics + shown.output }) {
            shown.diagnostics.contains("attached to \(two.address)")
        }
        let receiver = try await WebhookAddress(of: id, two)
        try await waitUntil("a webhook to be taken") {
            try await receiver.post(9_999, 1, to: path + "/two")?.status == 202
        }
        try await waitUntil("the event at the stream", seen: { next.diagnostics }) { next.lines.count == 1 }
        try await waitUntil("the event at the dashboard", seen: { shown.diagnostics + shown.output }) {
            shown.output.contains("Account 9999, 1")
        }
        let listen = scene.surroundings.listen
        // Once the node that was killed is taken for dead.
        try await waitUntil("the event at the callback") {
            listen.lines.contains { $0.contains(WebhookAddress.record(9_999)) }
        }
        try await two.post("/instances/\(id)/callback-hold", ["reason": "tea"], method: .PUT)
        try await waitUntil("the hold at the dashboard", seen: { shown.diagnostics + shown.output }) {
            (shown.output + shown.diagnostics).contains("tea")
        }
        for child in [shown, next] {
            child.signal(SIGTERM)
            _ = try await child.exitStatus()
        }
        nodes[1].signal(SIGTERM)
        #expect(try await nodes[1].exitStatus() == 0, "\(nodes[1].diagnostics)")
    }

    @Test func `settings that are changed by way of another node change at the holder, none is lost, and others stay`()
        async throws
    {
        let scene = try await FailoverScene()
        let path = scene.directory.path
        var nodes = [try await scene.serve("one")]
        let one = try await ManagementAPI.running(in: path + "/one")
        _ = try await scene.load(one, endsOrg: false)
        nodes.append(try await scene.serve("two"))
        try await scene.wait(for: "2 2")
        let two = try await ManagementAPI.running(in: path + "/two")
        let id = try await instance(of: "one", scene)
        let (places, rate) = ("event.notification.concurrency", "event.notification.rate.limit")
        @Sendable func change(_ key: String, _ number: Int, by api: ManagementAPI) async throws -> JSON {
            try await api.post("/instances/\(id)", ["configuration": [key: .string("\(number)")]], method: .PATCH)
        }
        let changed = try await change(places, 7, by: two)
        #expect(setting(places, changed) == "7", "\(changed.text)")
        // Both at once, each a setting of its own.
        try await withThrowingTaskGroup { group in
            group.addTask { for number in 8...20 { _ = try await change(places, number, by: one) } }
            group.addTask { for number in 108...120 { _ = try await change(rate, number, by: two) } }
            try await group.waitForAll()
        }
        for api in [one, two] {
            try await waitUntil("both settings") {
                let shown = try await api.get("/instances/\(id)")
                return setting(places, shown) == "20" && setting(rate, shown) == "120"
            }
        }
        // The holder is the same, and what nobody named is as it was: secrets among it, which no node shows the other.
        let holder = try await scene.place.ask(
            """
            SELECT node.name FROM signalbox.lease JOIN signalbox.node ON node.fence = lease.node
            WHERE lease.instance = \(id)
            """
        )
        #expect(holder == "one")
        let receiver = try await WebhookAddress(of: id, two)
        let answer = try await receiver.post(1, 1, to: path + "/two")
        #expect(answer?.status == 202, "\(answer?.text ?? "")")
        let told = try await scene.surroundings.received { $0["objectId"]?.string == WebhookAddress.record(1) }
        #expect(told["signature", "standardWebhooks"] == "valid", "\(told.text)")
        for node in nodes {
            node.signal(SIGTERM)
            #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
        }
    }

    @Test func `a webhook that one node refuses stands in the state of the instance, whichever node is asked`()
        async throws
    {
        let scene = try await FailoverScene()
        let path = scene.directory.path
        var nodes = [try await scene.serve("one")]
        let one = try await ManagementAPI.running(in: path + "/one")
        // Without a deployment, which would have more to say.
        let settings: [String: JSON] = [
            "event.vendor.type": "webhooks", "event.webhook.deploy.apex": false,
            "oauth.grant.type": "client_credentials",
        ]
        let body = scene.surroundings.instance(objects: "Account", overriding: settings)
        for _ in 0..<2 { try await one.post("/instances", body) }
        nodes.append(try await scene.serve("two"))
        try await scene.wait(for: "1 1")
        let two = try await ManagementAPI.running(in: path + "/two")
        let id = try await instance(of: "one", scene)
        let receiver = try await WebhookAddress(of: id, two)
        let answer = try await receiver.post(1, 1, to: path + "/two", isSigned: false)
        #expect(answer?.status == 401, "\(answer?.text ?? "")")
        for api in [one, two] {
            try await waitUntil("the state to say it") {
                let answer = try await api.answer(to: "/signalbox/v1/instances/\(id)", token: api.token)
                return String(decoding: answer.body, as: UTF8.self).contains("without a signature are refused")
            }
        }
        for node in nodes {
            node.signal(SIGTERM)
            #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
        }
    }

    /// As the API shows it, whether as a text or as a number.
    private func setting(_ key: String, _ instance: JSON) -> String? {
        instance["configuration", key].map { $0.string ?? $0.text }
    }

    @Test func `a key that a command changes while two nodes run is in force at both, and each is started with it`()
        async throws
    {
        let scene = try await FailoverScene()
        let path = scene.directory.path
        var nodes = [try await scene.serve("one"), try await scene.serve("two")]
        let load = try await scene.load(try await ManagementAPI.running(in: path + "/one"), endsOrg: false)
        let key = String(repeating: "0b", count: 32)
        let refused = try scene.command("looking", ["credentials", "rotate-key"])
        #expect(try await refused.exitStatus() == 1)
        #expect(refused.diagnostics.contains("Give the new key as SIGNALBOX_NEW_KEY"), "\(refused.diagnostics)")
        let changed = try scene.command("looking", ["credentials", "rotate-key"], ["SIGNALBOX_NEW_KEY": key])
        #expect(try await changed.exitStatus() == 0, "\(changed.diagnostics)")
        #expect(changed.lines.first == #"{"instances":4,"key":"SIGNALBOX_NEW_KEY"}"#)
        for node in nodes {
            try await waitUntil("the change to be logged", seen: { node.diagnostics }) {
                node.diagnostics.contains("The key of the database was changed")
            }
        }
        func change(by name: String, _ number: Int) async throws {
            let api = try await ManagementAPI.running(in: path + "/" + name)
            for id in load.instances {
                let settings: JSON = ["configuration": ["event.notification.concurrency": .string("\(number)")]]
                // One that is being handed over is asked for again.
                try await waitUntil("settings to be taken") {
                    (try? await api.post("/instances/\(id)", settings, method: .PATCH)) != nil
                }
            }
        }
        try await change(by: "one", 7)
        try await change(by: "two", 8)
        for (index, name) in ["one", "two"].enumerated() {
            let former = try await ManagementAPI.running(in: path + "/" + name).processID
            nodes[index].signal(SIGTERM)
            #expect(try await nodes[index].exitStatus() == 0, "\(nodes[index].diagnostics)")
            nodes[index] = try await scene.serve(name, formerly: former, ["SIGNALBOX_KEY": key])
            try await change(by: name, 9 + index)
        }
        #expect(nodes.allSatisfy { !$0.diagnostics.contains("former key") })
        let late = try scene.command("three", ["serve", "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"])
        #expect(try await late.exitStatus() == 1)
        #expect(late.diagnostics.contains("does not open the secrets of this database"), "\(late.diagnostics)")
        for node in nodes {
            node.signal(SIGTERM)
            #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
        }
    }
}
#endif

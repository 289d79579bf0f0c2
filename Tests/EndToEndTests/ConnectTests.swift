import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Primitives
import TestSupport
import Testing

/// Connecting from the command line and from the dashboard, with curl's part of a browser played by the test.
@Suite(.programs, .timeLimit(.minutes(20)))
struct ConnectTests {
    private static let rows = 90

    /// An org whose pages are short and whose grants are all open.
    private func surroundings() async throws -> Surroundings {
        let surroundings = try await Surroundings.start()
        try await surroundings.control(
            "org",
            [
                "pageRows": 40, "passwordGrant": true, "rotateRefreshTokens": true,
                "jwtPublicKey": .string(try SigningKey.pem("public")),
            ]
        )
        try await surroundings.control("seed", ["object": "Account", "count": .integer(Self.rows - 3)])
        return surroundings
    }

    private func settings(_ grant: GrantType, _ surroundings: Surroundings) throws -> [String: String] {
        switch grant {
        case .authorizationCode: [:]
        case .clientCredentials: ["oauth.grant.type": "client_credentials"]
        case .refreshToken: ["oauth.user.refresh_token": surroundings.access["refreshToken"]?.string ?? ""]
        case .jwtBearer:
            [
                "oauth.grant.type": "jwt_bearer", "oauth.user.username": "integration@acme.example",
                "oauth.jwt.private_key": try SigningKey.pem("private"),
            ]
        case .password:
            [
                "oauth.grant.type": "password", "oauth.user.username": "integration@acme.example",
                "oauth.user.password": "sandbox-password",
            ]
        }
    }

    private func instance(_ grant: GrantType, _ surroundings: Surroundings) throws -> JSON {
        var settings = try settings(grant, surroundings)
        settings["base.url"] = surroundings.baseURL
        settings["oauth.api.key"] = surroundings.access["clientId"]?.string
        settings["oauth.api.secret"] = surroundings.access["clientSecret"]?.string
        settings["event.notification.enabled"] = "true"
        settings["event.objects"] = "Account"
        settings["event.poller.first.run"] = "backfill"
        return [
            "name": "acme",
            "configuration": .object(
                settings.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }
            ),
        ]
    }

    /// The redirect that the org's consent page sends a browser to.
    private func consent(_ address: String) async throws -> String {
        var request = HTTPClientRequest(url: address)
        request.method = .GET
        let response = try await Self.browser.execute(request, timeout: .seconds(60))
        return try #require(response.headers.first(name: "location"))
    }

    private static let browser = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: .init(redirectConfiguration: .disallow)
    )

    /// The address that a command printed.
    private func address(_ child: Child) async throws -> String {
        try await waitUntil("the address", seen: { child.diagnostics }) {
            child.diagnostics.split(separator: "\n").map { $0.drop { $0 == " " } }
                .first { $0.hasPrefix("http") && $0.contains("/authorize?") }.map(String.init)
        }
    }

    @Test(arguments: GrantType.allCases)
    func `instances connect connects without a running signalbox, and polls survive an expired session`(
        grant: GrantType
    ) async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await surroundings()
        let file = try directory.write(try instance(grant, surroundings).text, to: "instance.json")
        // The second page finds the session dead.
        try await surroundings.control("faults", ["effect": "sessionExpired", "path": "/query/"])
        let child = try Child(
            [
                "instances", "connect", "--from", file, "--data-dir", directory.path, "--management",
                "127.0.0.1:0",
            ],
            environment: ["SIGNALBOX_ALLOW_PASSWORD_GRANT": "true"]
        )
        if grant == .authorizationCode {
            let page = try await consent(try await address(child))
            _ = try await Self.browser.execute(HTTPClientRequest(url: page), timeout: .seconds(60))
        }
        #expect(try await child.exitStatus() == 0, "\(child.diagnostics)")
        let made = try JSON(parsing: try #require(child.lines.first))
        #expect(made["state", "source"] == "LIVE")
        let secrets = ["aPrx", "BEGIN PRIVATE KEY", "sandbox-password", "signalbox-demo-secret", "code_verifier"]
        for secret in secrets { #expect(!child.output.contains(secret) && !child.diagnostics.contains(secret)) }
        let events = try await Program.run(
            ["events", "list", "--limit", "0", "--data-dir", directory.path],
            environment: ["SIGNALBOX_ALLOW_PASSWORD_GRANT": "true"]
        )
        #expect(events.lines.count == Self.rows, "\(events.diagnostics)")
    }

    @Test func `beside a running signalbox a pasted address connects anew, and Ctrl-C gives up`() async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await surroundings()
        let serve = try Child([
            "serve", "--data-dir", directory.path, "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0",
        ])
        let path = directory.path + "/running.json"
        try await waitUntil("serve to be ready", seen: { serve.diagnostics }) {
            FileManager.default.fileExists(atPath: path) ? true : nil
        }
        var body = try instance(.authorizationCode, surroundings).members ?? []
        body.append(.init("providerData", ["code": surroundings.access["authorizationCode"] ?? ""]))
        body.append(.init("element", ["key": "sfdc"]))
        let made = try await Program.run(
            ["instances", "create", "--from", "-", "--data-dir", directory.path],
            input: JSON.object(body).text
        )
        #expect(made.status == 0, "\(made.diagnostics)")

        // The input comes after the address: a pipe of the test's own.
        let pipe = directory.path + "/pipe"
        let status = unsafe mkfifo(pipe, 0o600)
        #expect(status == 0)
        let child = try Child(
            ["-c", "exec '\(Program.path)' instances connect 1 --data-dir '\(directory.path)' < '\(pipe)'"],
            executable: "/bin/sh"
        )
        let input = await offThread { unsafe open(pipe, O_WRONLY) }
        func paste(_ text: String) {
            let line = Array((text + "\n").utf8)
            _ = unsafe line.withUnsafeBytes { unsafe write(input, $0.baseAddress, $0.count) }
        }
        let page = try await consent(try await address(child))
        paste(page.replacing("state=", with: "state=other"))
        try await waitUntil("the refusal", seen: { child.diagnostics }) {
            child.diagnostics.contains("belongs to another attempt") ? true : nil
        }
        paste(page)
        #expect(try await child.exitStatus() == 0, "\(child.diagnostics)")
        #expect(try JSON(parsing: try #require(child.lines.first))["state", "source"] == "LIVE")
        close(input)

        let given = try Child(["instances", "connect", "1", "--data-dir", directory.path])
        _ = try await address(given)
        given.signal(SIGINT)
        #expect(try await given.exitStatus() == 1)
        #expect(given.diagnostics.contains("Given up; nothing was changed."))
        #expect(given.output.isEmpty)
        #expect(!serve.diagnostics.contains("aPrx") && !serve.diagnostics.contains("state="))
        serve.signal(SIGTERM)
        #expect(try await serve.exitStatus() == 0)
    }

    @Test(arguments: [[], ["1", "--from", "x.json"]])
    func `wrong use is told`(_ arguments: [String]) async throws {
        let result = try await Program.run(["instances", "connect"] + arguments)
        #expect(result.status == 2)
        #expect(result.diagnostics.contains("--from"))
    }

    // MARK: The dashboard

    @Test(.enabled(if: Tmux.isInstalled, "tmux is not installed"), arguments: GrantType.allCases)
    func `the dashboard's form connects by each grant, and polls survive an expired session`(
        grant: GrantType
    ) async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await surroundings()
        let tmux = try Tmux(
            width: 140,
            height: 50,
            "'\(Program.path)' --data-dir '\(directory.path)' --receiver 127.0.0.1:0 --management 127.0.0.1:0 "
                + "--allow-password-grant"
        )
        try await tmux.wait(for: "Events enabled")
        await tmux.press("c")
        try await tmux.fill("Endpoint address", surroundings.baseURL)
        try await tmux.focus("Grant")
        let order: [GrantType] = [.authorizationCode, .refreshToken, .clientCredentials, .jwtBearer, .password]
        for _ in 0..<(order.firstIndex(of: grant) ?? 0) { await tmux.press("Right") }
        try await tmux.fill("Consumer key", surroundings.access["clientId"]?.string ?? "")
        if grant != .jwtBearer {
            try await tmux.fill("Consumer secret", surroundings.access["clientSecret"]?.string ?? "")
        }
        switch grant {
        case .authorizationCode, .clientCredentials: break
        case .refreshToken:
            try await tmux.fill("Refresh token", surroundings.access["refreshToken"]?.string ?? "")
        case .jwtBearer:
            let key = try directory.write(try SigningKey.pem("private"), to: "jwt.pem")
            try await tmux.fill("User name", "integration@acme.example")
            try await tmux.fill("JWT private key", key)
        case .password:
            try await tmux.fill("User name", "integration@acme.example")
            try await tmux.fill("Password", "sandbox-password")
        }
        await tmux.press("C-s")
        if grant == .authorizationCode {
            let screen = try await tmux.wait(for: "Waiting until")
            let page = try await consent(try Self.address(on: screen))
            _ = try await Self.browser.execute(HTTPClientRequest(url: page), timeout: .seconds(60))
        }
        try await tmux.wait(for: "LIVE")
        // Two pages of new records; the second one finds the session dead.
        try await surroundings.control("clock", ["advance": 2])
        try await surroundings.control("faults", ["effect": "sessionExpired", "path": "/query/"])
        try await surroundings.control("seed", ["object": "Account", "count": 60])
        await tmux.press("p")
        try await tmux.wait(forMessage: "Polled: 60 created")
        #expect(tmux.screen.contains("LIVE"))
        // Some of them may still be under way, about which the first one asks.
        await tmux.press("C-c", "C-c")
        try await tmux.wait(for: "EXIT=0")
    }

    @Test(.enabled(if: Tmux.isInstalled, "tmux is not installed"))
    func `a revoked grant is mended by its key, with an address pasted in a narrow terminal`() async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await surroundings()
        var body = try instance(.authorizationCode, surroundings).members ?? []
        body.append(.init("providerData", ["code": surroundings.access["authorizationCode"] ?? ""]))
        body.append(.init("element", ["key": "sfdc"]))
        let made = try await Program.run(
            ["instances", "create", "--from", "-", "--data-dir", directory.path],
            input: JSON.object(body).text
        )
        #expect(made.status == 0, "\(made.diagnostics)")
        let tmux = try Tmux(
            width: 60,
            height: 16,
            "'\(Program.path)' --data-dir '\(directory.path)' --receiver 127.0.0.1:0 --management 127.0.0.1:0"
        )
        try await tmux.wait(for: "LIVE")
        try await surroundings.control("grants", [:])
        await tmux.press("p")
        try await tmux.wait(for: "C connect again")
        await tmux.press("C")
        try await tmux.wait(for: "Waiting until")
        // The address doesn't fit: it is scrolled through.
        await tmux.resize(width: 140, height: 40)
        // Broken there in the narrow dialog, so that this is the wide one, which sets the address apart.
        let screen = try await tmux.wait(for: "authorize?response_")
        await tmux.resize(width: 60, height: 16)
        let page = try await consent(try Self.address(on: screen))
        await tmux.paste(page)
        try await tmux.wait(for: "Enter hands it in")
        #expect(!tmux.screen.contains("aPrx"))
        await tmux.press("Enter")
        // The header may say LIVE while the dialog still has the keys.
        try await tmux.wait(for: "LIVE", without: "▸ Connect")
        await tmux.press("q")
        try await tmux.wait(for: "EXIT=0")
    }

    /// The address in the dialog, put together from its rows: from the one that begins it to the next blank one.
    private static func address(on screen: String) throws -> String {
        let rows = screen.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
        let top = try #require(rows.firstIndex { String($0).contains("▸ Connect") })
        let title = try #require(String(rows[top]).firstRange(of: "▸ Connect"))
        let middle = String(rows[top]).distance(from: String(rows[top]).startIndex, to: title.lowerBound)
        let left = try #require(rows[top][..<middle].lastIndex(of: "┏"))
        let right = try #require(rows[top][middle...].firstIndex(of: "┓"))
        let inside = rows[(top + 1)...].map { row in
            row.count > right ? String(row[(left + 1)..<right]).trimmingCharacters(in: .whitespaces) : ""
        }
        let address = inside.drop { !$0.hasPrefix("http") }.prefix { !$0.isEmpty }
        return address.joined()
    }
}

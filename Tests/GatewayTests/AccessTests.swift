import Domain
import EngineAPI
import FoundationEssentials
import Glibc
import HTTPTypes
import Primitives
import TestSupport
import Testing

@testable import Gateway

struct AccessTests {
    static let user = Fixture.credentials.user.exposed
    static let organization = Fixture.credentials.organization.exposed

    @Test(
        arguments: [
            ("User \(user), Organization \(organization)", 200), ("user \(user),organization \(organization)", 200),
            ("User \(user),  Organization  \(organization)", 200), ("Bearer \(user)", 200), ("bearer \(user)", 200),
            ("User \(user), Organization \(organization), Element element-401", 200),
            ("User \(user), Organization \(organization), Element nobody", 401),
            ("User \(user), Organization \(organization), Element", 401),
            ("User \(user), Organization \(organization), Element ", 401), ("User \(user)", 401),
            ("Organization \(organization)", 401), ("User \(organization), Organization \(user)", 401),
            ("User \(user)x, Organization \(organization)", 401), ("Bearer \(organization)", 401), ("Bearer", 401),
            ("Bearer \(user), Organization wrong", 401), ("Basic \(user)", 401), ("", 401),
            ("User , Organization ", 401),
            (nil, 401),
        ] as [(String?, Int)]
    )
    func `only who has both secrets or the bearer's comes in`(_ authorization: String?, _ status: Int) async throws {
        let fixture = Fixture()
        try await fixture.makeInstance()
        let answer = try await fixture.call(.get, "/instances/401", authorization: authorization)
        #expect(answer.status == status)
        if status == 401 {
            #expect(answer.message?.isEmpty == false)
            #expect(answer.header("WWW-Authenticate") == #"Bearer realm="signalbox""#)
        }
    }

    @Test func `a secret that is not known here is looked for once more before it is refused`() async throws {
        let fresh = Credentials(user: "another-user-secret", organization: "another-organization-secret")
        let known = Locked(Fixture.credentials)
        let looks = Locked(0)
        let fixture = Fixture(
            live: { known.withLock { $0 } },
            renew: {
                looks.withLock { $0 += 1 }
                known.withLock { $0 = fresh }
            }
        )
        try await fixture.makeInstance()
        let first = try await fixture.call(.get, "/instances/401")
        let before = looks.withLock { $0 }
        #expect(first.status == 200 && before == 0)
        let next = try await fixture.call(.get, "/instances/401", authorization: "Bearer another-user-secret")
        let after = looks.withLock { $0 }
        #expect(next.status == 200 && after == 1)
        let former = try await fixture.call(.get, "/instances/401")
        #expect(former.status == 401)
    }

    @Test func `every call but the open ones wants the secrets`() async throws {
        let fixture = Fixture()
        for route in [Route].all {
            let path = route.template.replacing("{id}", with: "401").replacing("{keyOrId}", with: "sfdc")
            let answer = try await fixture.call(route.method, path, authorization: nil)
            #expect((answer.status == 401) == (route.access != .open), "\(route.method) \(route.template)")
        }
    }

    @Test(
        arguments: [
            ("localhost", true), ("localhost:8181", true), ("LOCALHOST:1", true), ("127.0.0.1:8181", true),
            ("[::1]:80", true),
            ("10.0.0.8", true), ("signalbox.example:8181", true), ("evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("localhost.evil.example", false), ("", false), (nil, false), ("1.2.3", false),
        ] as [(String?, Bool)]
    )
    func `names that a page could have made up don't reach the API`(_ authority: String?, _ allowed: Bool) {
        #expect(HostGuard(names: ["Signalbox.example"]).allows(authority: authority) == allowed)
    }

    @Test(arguments: [
        ("http://localhost", 200), ("https://evil.example", 403), ("null", 403), ("http://localhost:99", 403),
    ])
    func `pages of other sites are kept out`(_ origin: String, _ status: Int) async throws {
        let answer = try await Fixture().call(.get, "/healthz", headers: [.origin: origin])
        #expect(answer.status == status)
        #expect(answer.header("Access-Control-Allow-Origin") == nil)
    }

    @Test func `the secrets are made once, for the owner alone`() throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let directory = scratch.path + "/deep/er"
        let first = try Credentials.load(dataDirectory: directory)
        #expect(first.user.exposed.utf8.count >= 22 && first.organization.exposed.utf8.count >= 22)
        #expect(first.user != first.organization)
        #expect(try Credentials.load(dataDirectory: directory) == first)
        #expect(try Self.mode(directory + "/credentials.json") == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["credentials.json"])
    }

    @Test func `rights that let others read the secrets are taken away`() throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let directory = scratch.path
        let first = try Credentials.load(dataDirectory: directory)
        let path = directory + "/credentials.json"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(try Credentials.load(dataDirectory: directory) == first)
        #expect(try Self.mode(path) == 0o600)
    }

    @Test func `tokens that can't be looked at are a fault, and not none`() throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        _ = try Credentials.load(dataDirectory: scratch.path)
        let path = scratch.path + "/tokens.json"
        try #require(unsafe symlink(path, path) == 0)
        let fault = #expect(throws: Credentials.Fault.self) { try Credentials.load(dataDirectory: scratch.path) }
        #expect(fault?.message.contains("tokens.json can't be read") == true, "\(fault?.message ?? "")")
    }

    @Test(arguments: ["", "{", "[]", #"{"user":"short","organization":"short"}"#, #"{"user":"long enough to be one"}"#])
    func `secrets that can't be read are said to be so, and stay`(_ text: String) throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let directory = scratch.path
        let path = directory + "/credentials.json"
        try Data(text.utf8).write(to: URL(filePath: path))
        #expect(throws: Credentials.Fault.self) { try Credentials.load(dataDirectory: directory) }
        #expect(try Data(contentsOf: URL(filePath: path)) == Data(text.utf8))
    }

    @Test
    func `secrets that were edited are taken without what the editor left, and refused where no header can carry them`()
        throws
    {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let directory = scratch.path
        let path = directory + "/credentials.json"
        func load(_ user: String) throws -> Credentials {
            let file: JSON = ["user": .string(user), "organization": "0123456789abcdef"]
            try Data(file.bytes).write(to: URL(filePath: path))
            return try Credentials.load(dataDirectory: directory)
        }
        let secret = "fedcba9876543210"
        for user in [secret, secret + "\n", " \(secret)", "\"\(secret)\"", "\u{FEFF}\(secret)\u{200B}"] {
            #expect(try load(user).user.exposed == secret)
        }
        for user in ["fedcba98 76543210", "fedcba98,76543210", "fedcba98\n76543210", "fedcba98765432\u{E9}\u{E9}"] {
            #expect(throws: Credentials.Fault.self) { try load(user) }
        }
    }

    @Test(arguments: ["code_verifier", "state", "refresh_token"])
    func `what belongs to an authorization is cleaned, or refused by name`(_ name: String) throws {
        func draft(_ value: JSON) throws -> InstanceDraft {
            try DraftReader.created(
                ["name": "a", "providerData": .object([.init(name, value)])],
                needsElement: false
            )
        }
        for text in ["abc-_.~", " abc-_.~\n", "\"abc-_.~\"", "\u{FEFF}abc-_.~\u{200B}", "\tabc-_.~\r\n"] {
            let draft = try draft(.string(text))
            let kept = [
                draft.codeVerifier?.exposed, draft.authorizationState, draft.configuration.refreshToken.exposed,
            ]
            #expect(kept.contains("abc-_.~"), "\(name)")
        }
        for value: JSON in ["abc def", "abc\ndef", "ab\u{200B}c", .integer(7), ["abc"]] {
            #expect {
                try draft(value)
            } throws: { error in
                let message = (error as? APIError)?.message ?? ""
                return message.contains(name) || message.hasPrefix("OAuth refresh token ")
                    || message.contains("Refresh token")
            }
        }
    }

    @Test func `a data directory that can't be made is named`() throws {
        let error = #expect(throws: Credentials.Fault.self) {
            try Credentials.load(dataDirectory: "/proc/nothing/here")
        }
        #expect(
            error?.description == "The data directory /proc/nothing/here can't be made; choose another with --data-dir."
        )
    }

    private static func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}

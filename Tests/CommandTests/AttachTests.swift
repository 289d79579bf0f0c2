import Domain
import EngineAPI
import Primitives
import RemoteEngine
import TestSupport
import Testing

@testable import signalbox

/// Whose engine is used, and with which token.
struct AttachTests {
    private func settings(_ change: (inout Settings) -> Void = { _ in }) -> Settings {
        var settings = Settings(dataDirectory: "/nonexistent")
        settings.attach = "http://127.0.0.1:8181"
        change(&settings)
        return settings
    }

    @Test func `nothing is attached to without being asked for`() throws {
        let plain = settings { $0.attach = nil }
        #expect(try AttachedNode.elsewhere(plain, environment: ["SIGNALBOX_TOKEN": "t"]) == nil)
    }

    @Test func `the token is in the variable or in a file, pasted however`() throws {
        let directory = try ScratchDirectory()
        try directory.write("  \"secret-of-a-node\"\n", to: "token")
        let inFile = settings { $0.tokenFile = directory.path + "/token" }
        for (settings, environment) in [
            (inFile, ["SIGNALBOX_TOKEN": "another"]), (settings(), ["SIGNALBOX_TOKEN": "secret-of-a-node "]),
        ] {
            let node = try AttachedNode.elsewhere(settings, environment: environment)
            let address = try #require(try node?.address())
            #expect(address.url == "http://127.0.0.1:8181" && address.token.matches("secret-of-a-node"))
        }
    }

    @Test func `without a token it is wrong use, and a bad file is named`() throws {
        #expect(throws: UsageError.self) { try AttachedNode.elsewhere(settings(), environment: [:]) }
        let directory = try ScratchDirectory()
        try directory.write("two words", to: "words")
        try directory.write(String(repeating: "x", count: 5000), to: "long")
        for name in ["none", "words", "long"] {
            let path = directory.path + "/" + name
            #expect {
                try AttachedNode.elsewhere(settings { $0.tokenFile = path }, environment: [:])
            } throws: { ($0 as? CommandFailure)?.message.contains(path) == true }
            #expect {
                try AttachedNode.elsewhere(
                    settings { $0.attachCA = path },
                    environment: ["SIGNALBOX_TOKEN": "secret-of-a-node"]
                )
            } throws: { ($0 as? CommandFailure)?.message.contains(path) == true }
        }
    }

    @Test(
        arguments: [
            ("http://a:8181/", "http://a:8181"), ("https://a.example/signalbox//", "https://a.example/signalbox"),
            ("ftp://a", nil), ("8181", nil), ("http://a?x=1", nil), ("http://a#b", nil), ("", nil),
        ] as [(String, String?)]
    )
    func `the address is scheme, host and port`(_ text: String, _ url: String?) throws {
        let resolve = {
            try Settings.resolve(options: [.attach: text], environment: ["HOME": "/home/ada"], file: nil)
        }
        if let url { #expect(try resolve().attach == url) } else { #expect(throws: UsageError.self) { try resolve() } }
    }
}

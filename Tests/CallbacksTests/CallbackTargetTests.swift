import NIOCore
import TestSupport
import Testing

@testable import Callbacks

struct CallbackTargetTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var address: String
        var host: String
        var port: Int
        var header: String
        var path: String
        var tlsName: String?

        var testDescription: String { address }
    }

    static let cases = [
        Case(
            address: "http://a.example",
            host: "a.example",
            port: 80,
            header: "a.example",
            path: "/",
            tlsName: "a.example"
        ),
        Case(
            address: "HTTPS://A.Example.:8443/x?y=1#z",
            host: "a.example.",
            port: 8443,
            header: "a.example.:8443",
            path: "/x?y=1",
            tlsName: "a.example"
        ),
        Case(
            address: "https://a.example:443?q",
            host: "a.example",
            port: 443,
            header: "a.example",
            path: "/?q",
            tlsName: "a.example"
        ),
        Case(
            address: "http://127.0.0.1:81/a b|ü",
            host: "127.0.0.1",
            port: 81,
            header: "127.0.0.1:81",
            path: "/a%20b%7C%C3%BC"
        ),
        Case(address: "http://[::1]:9/", host: "::1", port: 9, header: "[::1]:9", path: "/"),
        Case(address: "https://[fe80::1%eth0]/x", host: "fe80::1%eth0", port: 443, header: "[fe80::1]", path: "/x"),
        Case(
            address: "https://bücher.example/",
            host: "xn--bcher-kva.example",
            port: 443,
            header: "xn--bcher-kva.example",
            path: "/",
            tlsName: "xn--bcher-kva.example"
        ),
    ]

    @Test(arguments: cases) func `an address is taken apart`(_ example: Case) throws {
        let target = try #require(CallbackTarget(example.address))
        #expect(target.origin.host == example.host && target.origin.port == example.port)
        #expect(target.hostHeader == example.header && target.path == example.path)
        #expect(target.origin.tlsName == example.tlsName)
        #expect(target.origin.isSecure == example.address.lowercased().hasPrefix("https"))
    }

    @Test(arguments: [
        "", "a.example", "gopher://a/", "http://", "http:///x", "http://a:0/", "http://a:65536/", "http://a:+1/",
        "http://a:/",
        "http://u@a/", "http://[::1/", "http://[::1]x/", "http://[a]/", "http://a b/", "http://a\r\nX: y/",
    ])
    func `what is no address is none`(_ address: String) { #expect(CallbackTarget(address) == nil) }

    @Test func `nothing that is sent from an address ends a line`() async {
        let parts = [
            "http://", "https://", "a.example", "[::1]", ":", "80", "/", "?", "#", "@", "\r\n", " ", "\0", "ü", "%",
            "%2",
        ]
        await Fuzz.run("targets", rounds: 3000) { hostile, note in
            let text = hostile.words(of: parts, atMost: 9)
            note(text)
            guard let target = CallbackTarget(text) else { return }
            for part in [target.path, target.hostHeader] {
                #expect(part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "\(part)")
            }
            #expect(target.path.hasPrefix("/") && !target.origin.host.isEmpty)
        }
    }

    @Test func `headers that would end a line early are not sent`() {
        func post(_ name: String, _ value: String) -> Bool {
            CallbackPost(url: "", headers: [(name, value)], body: [], connectTimeout: .seconds(1)).hasSoundHeaders
        }
        #expect(post("X-A", "b c\tü") && post("x_a", ""))
        for (name, value) in [
            ("", "a"), ("A B", "a"), ("A:", "a"), ("Ä", "a"), ("A", "a\r\nB: c"), ("A", "\0"), ("A", "\u{7F}"),
        ] {
            #expect(!post(name, value), "\(name): \(value)")
        }
    }
}

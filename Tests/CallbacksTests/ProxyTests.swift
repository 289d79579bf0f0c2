import EngineTestSupport
import NIOCore
import NIOSSL
import Testing

@testable import Callbacks

/// Callbacks behind a proxy.
@Suite(.timeLimit(.minutes(20)))
struct ProxyTests {
    private static let refusal: @Sendable (SocketAddress) -> String? = { address in
        // A proxy may stand where callbacks may not.
        (try? AddressRule(denying: "127.0.0.0/8"))?.refusal(of: address)
    }

    private static func client(_ environment: [String: String], trusting certificate: ByteServer.Certificate = .valid)
        throws -> CallbackClient
    {
        let rule = try ProxyRule(environment)
        return CallbackClient(
            limits: Posts.limits,
            refusal: refusal,
            proxies: rule,
            resolve: { host, _ in throw NameLookups.UnknownName() },
            tls: {
                var tls = TLSConfiguration.makeClientConfiguration()
                tls.trustRoots = .certificates(try ByteServer.certificates(certificate))
                return tls
            }
        )
    }

    @Test func `https goes through a tunnel, and TLS is agreed with the host behind it`() async throws {
        try await ScriptedServer.run(certificate: .elsewhere, { _, _ in .answer(Posts.ok) }) { server, port in
            try await TunnelProxy.run(to: port) { proxy, proxyPort in
                let client = try Self.client(
                    ["HTTPS_PROXY": "http://ada:hush%40@127.0.0.1:\(proxyPort)"],
                    trusting: .elsewhere
                )
                defer { client.close() }
                for _ in 0..<2 {
                    let answer = try await Posts.post(client, "https://elsewhere.example:8443/x")
                    #expect(answer.status == 200)
                }
                // One tunnel, used twice; what opens the proxy goes to nobody else.
                #expect(proxy.asked.count == 1 && server.connections == 1 && server.requests.count == 2)
                #expect(
                    proxy.asked.first
                        == "CONNECT elsewhere.example:8443 HTTP/1.1\r\nHost: elsewhere.example:8443\r\n"
                        + "Proxy-Authorization: Basic YWRhOmh1c2hA\r\n\r\n"
                )
                #expect(server.requests.allSatisfy { $0.hasPrefix("POST /x HTTP/1.1\r\n") })
                #expect(server.requests.allSatisfy { !$0.lowercased().contains("proxy") })
            }
        }
    }

    @Test func `http is asked of the proxy by its whole address`() async throws {
        try await ScriptedServer.run({ _, _ in .answer(Posts.ok) }) { proxy, port in
            let client = try Self.client(["http_proxy": "ada:hush@127.0.0.1:\(port)/"])
            defer { client.close() }
            #expect(try await Posts.post(client, "http://app.example:8080/events?a=b").status == 200)
            let asked = proxy.requests[0]
            #expect(asked.hasPrefix("POST http://app.example:8080/events?a=b HTTP/1.1\r\n"))
            #expect(asked.contains("Host: app.example:8080\r\n"))
            #expect(asked.contains("Proxy-Authorization: Basic YWRhOmh1c2g=\r\n"))
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "user name and password"),
        ("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "answered 502"),
        ("220 mail.example ESMTP\r\n\r\n", "did not answer as a proxy does"),
        ("HTTP/1.1 200 OK\r\n\r\nhello", "sent more"),
        (String(repeating: "x", count: 20_000), "endless"),
    ])
    func `a proxy that leads nowhere is blamed, not the callback`(_ answer: String, _ words: String) async throws {
        try await TunnelProxy.run(to: nil, answer: answer) { _, port in
            let client = try Self.client(["HTTPS_PROXY": "127.0.0.1:\(port)"])
            defer { client.close() }
            let name = Posts.name(await Posts.fault(client, "https://app.example/"))
            #expect(name.contains("the proxy 127.0.0.1:\(port)") && name.contains(words), "\(name)")
            #expect(client.connections.open == 0)
        }
    }

    @Test func `one that isn't there, that says nothing or has no address is blamed, too`() async throws {
        for (proxy, words) in [("127.0.0.1:1", "be reached"), ("proxy.example:3128", "does not resolve")] {
            let client = try Self.client(["HTTPS_PROXY": proxy])
            defer { client.close() }
            let name = Posts.name(await Posts.fault(client, "https://app.example/"))
            #expect(name.contains("proxy \(proxy)") && name.contains(words), "\(name)")
        }
        try await TunnelProxy.run(to: nil, answer: "") { _, port in
            let client = try Self.client(["HTTPS_PROXY": "127.0.0.1:\(port)"])
            defer { client.close() }
            let name = Posts.name(await Posts.fault(client, "https://app.example/", connect: 2000))
            #expect(name.contains("in time"), "\(name)")
        }
    }

    @Test func `denied addresses stay denied behind a proxy`() async throws {
        try await TunnelProxy.run(to: nil) { proxy, port in
            let client = try Self.client(["HTTPS_PROXY": "127.0.0.1:\(port)", "HTTP_PROXY": "127.0.0.1:\(port)"])
            defer { client.close() }
            for url in [
                "http://169.254.169.254/latest", "https://169.254.169.254/", "https://[fe80::1]/", "http://2852039166/",
                "http://0xA9FEA9FE/", "http://0251.0376.0251.0376/", "http://169.254.43518/",
                "http://169.254.169.254./", "http://169%2E254.169.254/", "https://[fe80::1%eth0]/",
                "https://[fe80::1%25eth0]/",
            ] { #expect(Posts.name(await Posts.fault(client, url)).hasPrefix("denied"), "\(url)") }
            #expect(proxy.asked.isEmpty)
        }
    }

    @Test(
        arguments: [
            ("https://app.example/x", "s:1"), ("http://app.example/x", "p:2"), ("https://localhost:8443/", nil),
            ("http://127.0.0.1:80/", nil), ("http://127.9.9.9/", nil), ("https://[::1]/", nil),
            ("https://acme.example/", nil), ("https://crm.acme.example./", nil), ("https://notacme.example/", "s:1"),
            ("https://ACME.example/", nil), ("https://10.1.2.3/", nil), ("https://11.1.2.3/", "s:1"),
            ("https://[fd00::1]/", nil), ("https://ported.example:8443/", nil), ("https://ported.example/", "s:1"),
            ("https://star.example/", nil), ("no address", nil), ("http://2130706433/", nil), ("http://0x7f.1/", nil),
            ("http://127.0.0.1./", nil), ("http://0/", nil), ("https://167838211/", nil), ("https://184615427/", "s:1"),
            ("https://10.example/", "s:1"),
        ] as [(String, String?)]
    )
    func `which proxy leads where`(_ url: String, _ proxy: String?) throws {
        let rule = try ProxyRule([
            "HTTP_PROXY": "http://p:2/", "HTTPS_PROXY": "s:1",
            "NO_PROXY": ".acme.example, 10.0.0.0/8,fd00::/8 ported.example:8443,*.star.example",
        ])
        #expect(rule.proxy(for: url)?.description == proxy)
        #expect(try ProxyRule(["HTTPS_PROXY": "s:1", "NO_PROXY": "*"]).proxy(for: url) == nil)
        #expect(try ProxyRule(["NO_PROXY": "x", "HTTPS_PROXY": " "]).proxy(for: url) == nil)
    }

    @Test func `small letters go first, and a proxy shows its password to nobody`() throws {
        let rule = try ProxyRule(["HTTPS_PROXY": "big:1", "https_proxy": "http://ada:hush@small:2"])
        let proxy = try #require(rule.proxy(for: "https://app.example/"))
        var shown = "\(proxy) \(String(reflecting: proxy)) \(rule) \([proxy])"
        dump(rule, to: &shown)
        #expect(proxy.description == "small:2" && !shown.contains("hush") && !shown.contains("YWRh"))
    }

    @Test(arguments: [
        "https://proxy:1", "socks5://proxy:1", "http://", "proxy:port", "http://a:b@", "http://%zz:b@p:1",
    ])
    func `a proxy that can't be meant is refused by the name of its variable, without its value`(_ text: String) {
        let fault = #expect(throws: ProxyRule.Malformed.self) { try ProxyRule(["HTTPS_PROXY": text]) }
        #expect(fault?.variable == "HTTPS_PROXY" && (text == "http://" || fault?.reason.contains(text) == false))
    }
}

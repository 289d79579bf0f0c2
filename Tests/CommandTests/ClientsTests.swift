import NIOSSL
import Salesforce
import TestSupport
import Testing

@testable import signalbox

/// How the program goes out: by which proxy, and with which certificates.
struct ClientsTests {
    private func clients(
        _ environment: [String: String] = [:],
        _ change: (inout Settings) -> Void = { _ in }
    ) throws -> Clients {
        var settings = Settings(dataDirectory: "/nonexistent")
        change(&settings)
        return try Clients(settings, environment: environment)
    }

    @Test func `orgs are asked by the proxy that the variables name`() async throws {
        let clients = try clients(["HTTPS_PROXY": "http://ada:hush@proxy.example:3128", "NO_PROXY": "acme.example"])
        let orgs = OrgClients(tls: nil, proxies: clients.proxies)
        #expect(orgs.choose("https://login.salesforce.com/x").proxy == "proxy.example:3128")
        for url in ["https://crm.acme.example/", "http://127.0.0.1:8080/", "http://login.example/"] {
            #expect(orgs.choose(url).proxy == nil)
        }
        try await orgs.shutdown()
        let fault = #expect(throws: UsageError.self) { try self.clients(["https_proxy": "socks5://ada:hush@p:1"]) }
        #expect(fault?.message.contains("https_proxy") == true && fault?.message.contains("hush") == false)
    }

    @Test func `certificates of callbacks and orgs are read, and files that can't be used are named`() throws {
        let directory = try ScratchDirectory()
        let certificate = try directory.write(try TLSKeys.pem("valid"), to: "valid.pem")
        let key = try directory.write(try TLSKeys.pem("key"), to: "key.pem")
        let other = try directory.write(try SigningKey.pem("private"), to: "other.key")
        let words = try directory.write("words", to: "words.pem")
        #expect(try clients().callbacks == nil && clients().orgs == nil)
        let all = try clients {
            for path in [\Settings.callbackTLS, \.orgTLS] {
                $0[keyPath: path].ca = certificate
                $0[keyPath: path].certificate = certificate
                $0[keyPath: path].key = key
            }
        }
        for tls in [all.callbacks, all.orgs] {
            #expect(tls?.certificateChain.count == 1 && tls?.privateKey != nil && tls?.additionalTrustRoots.count == 1)
        }
        for (change, named) in [
            ({ $0.callbackTLS.ca = words }, ["--callback-ca", words]),
            ({ $0.orgTLS.ca = "/none.pem" }, ["--org-ca", "/none.pem"]),
            (
                {
                    $0.orgTLS.certificate = certificate
                    $0.orgTLS.key = other
                }, ["--org-client-key", other]
            ),
            (
                {
                    $0.callbackTLS.certificate = words
                    $0.callbackTLS.key = key
                }, ["--callback-client-certificate", words]
            ),
        ] as [((inout Settings) -> Void, [String])] {
            let fault = #expect(throws: UsageError.self) { try self.clients([:], change) }
            for word in named { #expect(fault?.message.contains(word) == true, "\(fault?.message ?? "")") }
        }
    }
}

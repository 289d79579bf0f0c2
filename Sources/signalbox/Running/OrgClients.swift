import AsyncHTTPClient
import Callbacks
import Engine
import NIOSSL
import Salesforce

/// How this program goes out, to orgs and to callbacks.
struct Clients: Sendable {
    /// Nil: as clients are without.
    let callbacks: TLSConfiguration?
    let orgs: TLSConfiguration?
    let proxies: ProxyRule

    /// - Throws: `UsageError` for a file or a variable that can't be used.
    init(_ settings: Settings, environment: [String: String]) throws(UsageError) {
        do throws(TLSFiles.Fault) {
            callbacks = try settings.callbackTLS.configuration()
            orgs = try settings.orgTLS.configuration()
        } catch { throw UsageError(error.description) }
        do throws(ProxyRule.Malformed) { proxies = try ProxyRule(environment) } catch {
            throw UsageError("\(error.variable) \(error.reason).")
        }
    }

    /// The client that asks callbacks; whoever made it closes it.
    func callbackClient(_ rule: AddressRule) -> CallbackClient {
        CallbackClient(
            limits: .engine,
            refusal: rule.refusal,
            proxies: proxies,
            tls: { callbacks ?? .makeClientConfiguration() }
        )
    }

    /// Those that ask orgs; whoever made them shuts them down.
    var orgClients: OrgClients { OrgClients(tls: orgs, proxies: proxies) }
}

/// The clients that ask orgs: one that does so directly, and one for each proxy.
struct OrgClients: Sendable {
    private let direct: HTTPClient
    private let proxied: [CallbackProxy: HTTPClient]
    private let proxies: ProxyRule

    init(tls: TLSConfiguration?, proxies: ProxyRule) {
        func client(_ proxy: CallbackProxy?) -> HTTPClient {
            var configuration = HTTPClientExecutor.configuration
            configuration.tlsConfiguration = tls
            configuration.proxy = proxy.map { proxy in
                .server(
                    host: proxy.host,
                    port: proxy.port,
                    authorization: proxy.user.map { .basic(username: $0, password: proxy.password ?? "") }
                )
            }
            return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        }
        direct = client(nil)
        proxied = Dictionary(uniqueKeysWithValues: proxies.all.map { ($0, client($0)) })
        self.proxies = proxies
    }

    /// The client for an address, and the proxy that it goes by.
    func client(for url: String) -> (client: HTTPClient, proxy: CallbackProxy?) {
        guard let proxy = proxies.proxy(for: url), let client = proxied[proxy] else { return (direct, nil) }
        return (client, proxy)
    }

    @Sendable func choose(_ url: String) -> HTTPClientExecutor.Chosen {
        let way = client(for: url)
        return HTTPClientExecutor.Chosen(way.client, proxy: way.proxy?.description)
    }

    func shutdown() async throws {
        for client in [direct] + proxied.values { try await client.shutdown() }
    }
}

import AsyncHTTPClient
import Domain
import EngineAPI
import Gateway
import NIOCore
import NIOPosix
import Primitives
import RemoteEngine
import Salesforce
import Store

/// The engines of the other nodes of a database, over their management APIs; all nodes have the same secrets.
final class NodePeers: Sendable {
    private let http: HTTPClient
    private let dataDirectory: String
    private let renew: @Sendable () async -> Void
    private let engines: Locked<[String: RemoteEngine]> = Locked([:])

    /// `renew` reads the secrets anew where another node refuses those that are known here.
    ///
    /// - Throws: `CommandFailure` for files of TLS that can't be used.
    init(_ settings: Settings, renew: @escaping @Sendable () async -> Void) throws {
        self.renew = renew
        var configuration = HTTPClient.Configuration.cautious(connect: .milliseconds(Limit.connect.milliseconds))
        do { configuration.tlsConfiguration = try settings.attachTLS.configuration() } catch {
            throw CommandFailure(error.description)
        }
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        dataDirectory = settings.dataDirectory
    }

    func engine(_ node: StoreNode) -> any EngineClient {
        let url = node.management
        return engines.withLock { engines in
            if let engine = engines[url] { return engine }
            let dataDirectory = dataDirectory
            let engine = RemoteEngine(
                http: http,
                node: {
                    NodeAddress(url: url, token: try Credentials.load(dataDirectory: dataDirectory).user)
                },
                isForwarding: true,
                renew: renew
            ) { error, url in
                await TransportFault.examined(error, url: url).clause(
                    connect: Limit.connect.text,
                    answer: Limit.nodeAnswer.text,
                    trustedBy: SettingKey.attachCA.option
                )
            }
            // Nodes come and go, each maybe at another port.
            if engines.count > 64 { engines = [:] }
            engines[url] = engine
            return engine
        }
    }

    func shutdown() async { try? await http.shutdown() }
}

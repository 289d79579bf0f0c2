import AsyncHTTPClient
import Domain
import EngineAPI
import FoundationEssentials
import Glibc
import Logging
import Primitives
import RemoteEngine
import Store

/// The engine of a node elsewhere in use, with the connections to it.
struct Attachment: Sendable {
    /// How long a node of the same data directory may take until it listens; it may have been started this moment.
    static let patience = Duration.seconds(10)

    let engine: RemoteEngine
    private let node: AttachedNode
    private let http: HTTPClient
    /// Whether it is of the same data directory.
    private let isBeside: Bool

    init(_ node: AttachedNode, isBeside: Bool) {
        self.node = node
        self.isBeside = isBeside
        http = node.httpClient()
        engine = node.engine(http)
    }

    /// Where it is now.
    func url() throws -> String { try node.address().url }

    /// Makes sure that somebody is there who takes the token and speaks this version's words.
    ///
    /// - Throws: `CommandFailure` of one sentence.
    func check() async throws {
        let end = ContinuousClock.now.advanced(by: isBeside ? Self.patience : .zero)
        while true {
            do {
                _ = try await engine.instances()
                return
            } catch let error as ClientError {
                guard error.mayPass, ContinuousClock.now < end else { throw CommandFailure(error.message) }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    func close() async {
        do { try await http.shutdown() } catch {
            Logger.diagnostics(.error).error("Connections could not be closed", metadata: ["error": "\(error)"])
        }
    }
}

extension DashboardProgram {
    /// Whose engine a dashboard shows.
    enum UsedEngine: Sendable {
        case own(EngineNode)
        case elsewhere(Attachment)
    }

    /// The engine that `--attach` names, that of the process which has the data directory, or an own one.
    func engine(logger: Logger) throws -> UsedEngine {
        try Self.engine(settings, environment: environment, mayAttach: mayAttach, logger: logger)
    }

    static func engine(
        _ settings: Settings,
        environment: [String: String],
        mayAttach: Bool,
        logger: Logger
    ) throws -> UsedEngine {
        if mayAttach, let node = try AttachedNode.elsewhere(settings, environment: environment) {
            return .elsewhere(Attachment(node, isBeside: false))
        }
        do {
            return .own(try EngineNode.open(settings, logger: logger))
        } catch let error as StoreError where error.kind == .locked && mayAttach {
            return .elsewhere(Attachment(.beside(settings), isBeside: true))
        }
    }
}

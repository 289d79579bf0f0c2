import AsyncHTTPClient
import Domain
import EngineAPI
import FoundationEssentials
import Gateway
import NIOCore
import NIOSSL
import Primitives
import RemoteEngine
import Salesforce

/// A node whose engine is used from here: one elsewhere, or the one that has the data directory.
struct AttachedNode: Sendable {
    /// Bytes of a token's file.
    private static let longestToken = 4096

    /// Asked anew each time: the next node of a data directory may listen elsewhere.
    let address: @Sendable () throws -> NodeAddress
    /// What is trusted and shown there; nil: as clients are without.
    private let tls: TLSConfiguration?

    /// The node that `--attach` names; nil where it names none.
    ///
    /// - Throws: `UsageError` without a token, and for a file that can't be used.
    static func elsewhere(_ settings: Settings, environment: [String: String]) throws -> AttachedNode? {
        guard let url = settings.attach else { return nil }
        let address = NodeAddress(url: url, token: try token(settings, environment))
        do { return AttachedNode(address: { address }, tls: try settings.attachTLS.configuration()) } catch {
            throw UsageError(error.description)
        }
    }

    /// The node that has this data directory.
    static func beside(_ settings: Settings) -> AttachedNode {
        AttachedNode(
            address: {
                let record = try RunningRecord.ofHolder(of: settings.dataDirectory)
                let credentials = try Credentials.load(dataDirectory: settings.dataDirectory)
                return NodeAddress(
                    url: record.url,
                    token: credentials.user,
                    socket: record.socket.map(LocalSocket.usable)
                )
            },
            tls: nil
        )
    }

    /// A client that trusts the authority; whoever asks for it shuts it down.
    func httpClient() -> HTTPClient {
        HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration.cautious(connect: .milliseconds(Limit.connect.milliseconds))
        configuration.tlsConfiguration = tls
        return configuration
    }

    func engine(_ http: HTTPClient) -> RemoteEngine {
        RemoteEngine(http: http, node: address, terminalUser: TerminalUser.name) { error, url in
            Self.clause(await TransportFault.examined(error, url: url), url: url, answer: Limit.nodeAnswer.text)
        }
    }

    /// Why a node gives no answer, with the options that mend that.
    static func clause(_ fault: TransportFault, url: String, answer: String) -> String {
        let clause = fault.clause(
            connect: Limit.connect.text,
            answer: answer,
            trustedBy: SettingKey.attachCA.option
        )
        let isPlain = url.lowercased().hasPrefix("http:")
        return switch fault.kind {
        case .certificateWanted:
            "it demands a client certificate that it trusts; give one with "
                + "\(SettingKey.attachCertificate.option) and \(SettingKey.attachKey.option)"
        case .closed, .reset: isPlain ? clause + "; if it speaks TLS there, write https://" : clause
        default: clause
        }
    }

    private static func token(_ settings: Settings, _ environment: [String: String]) throws -> Secret {
        let text: String
        let place: String
        if let path = settings.tokenFile {
            let bytes: [UInt8]
            do throws(BoundedFile.Fault) { bytes = try BoundedFile.read(path, atMost: longestToken) } catch {
                throw UsageError("The token's file \(path) \(error.clause); check \(settings.names[.tokenFile]).")
            }
            (text, place) = (String(decoding: bytes, as: UTF8.self), path)
        } else if let given = environment["SIGNALBOX_TOKEN"], !given.isEmpty {
            (text, place) = (given, "SIGNALBOX_TOKEN")
        } else {
            throw UsageError(
                "\(SettingKey.attach.option) needs a token: put the user secret of that node into SIGNALBOX_TOKEN, or into a "
                    + "file that \(SettingKey.tokenFile.option) names."
            )
        }
        let token = PastedText.cleaned(text, unquoting: true)
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") }) else {
            throw UsageError("\(place) holds no token: one word of letters, digits and signs.")
        }
        return Secret(token)
    }
}

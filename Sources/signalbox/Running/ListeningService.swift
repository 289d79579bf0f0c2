import Domain
import ServiceLifecycle

/// A server of this process whose failure to listen is said in a sentence.
struct ListeningService<Server: Service>: Service {
    let server: Server
    let address: HostPort
    /// `choose another with --port`.
    let wayOut: String
    /// The same where it is the host that won't do; nil: that option names the host as well.
    var otherHost: String?

    /// - Throws: `CommandFailure` if it can't listen.
    func run() async throws {
        do {
            try await server.run()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw BindFault.failure(error, address: address, wayOut: wayOut, otherHost: otherHost)
        }
    }
}

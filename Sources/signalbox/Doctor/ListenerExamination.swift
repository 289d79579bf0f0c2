import Domain
import NIOCore
import NIOPosix

/// Where a node of these settings would listen: whether it could. Only asked where none runs.
struct ListenerExamination {
    private let settings: Settings

    init(_ settings: Settings) { self.settings = settings }

    var findings: [Finding] {
        get async {
            [
                await look("receiver", settings.receiver, "choose another with --receiver"),
                await look("management", settings.management, "choose another with --management"),
            ]
        }
    }

    private func look(_ name: String, _ address: HostPort, _ wayOut: String) async -> Finding {
        do {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: address.host, port: address.port).get()
            try await channel.close().get()
            return .sound(name, "\(address) is free to listen on")
        } catch {
            return .failed(name, BindFault.failure(error, address: address, wayOut: wayOut).message)
        }
    }
}

import AsyncHTTPClient
import Domain
import NIOCore
import Primitives

/// Notices a node that is frozen, long before what it was asked has waited for its whole time.
extension NodeConnection {
    /// How long a node may say nothing while nobody asks it anything, before it is looked at.
    private static let quiet: Duration = .seconds(5)

    /// As long as the task runs: looks whether the node is there at all where nothing comes from it, and says so.
    func watch(_ address: NodeAddress) -> Task<Void, Never> {
        let began = Timestamp.now()
        let silence = Duration.milliseconds(patience(.nodeSign) * 2 / 3)
        return Task {
            while (try? await Task.sleep(for: silence)) != nil { await look(at: address, after: silence, since: began) }
        }
    }

    /// The same while nothing is asked, until the task is cancelled.
    func watchQuiet() async {
        let began = Timestamp.now()
        while (try? await Task.sleep(for: Self.quiet)) != nil {
            guard let address = try? node() else { continue }
            await look(at: address, after: Self.quiet, since: began)
        }
    }

    private func look(at address: NodeAddress, after silence: Duration, since began: Timestamp) async {
        guard link.isSilent(for: silence), link.beginLook() else { return }
        defer { link.endLook() }
        let isThere = await isThere(address)
        guard !Task.isCancelled else { return }
        if isThere { link.hear() } else { link.slow(at: address.url, since: began) }
    }

    /// What is slow to answer one question is not slow to say that it runs.
    private func isThere(_ address: NodeAddress) async -> Bool {
        let request = openRequest("/healthz", at: address)
        let time = patience(.nodeSign) / 3
        guard let response = try? await http.execute(request, timeout: .milliseconds(time)) else { return false }
        _ = try? await response.body.collect(upTo: 1 << 16)
        return true
    }
}

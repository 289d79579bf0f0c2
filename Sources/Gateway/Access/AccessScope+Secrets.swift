import Domain
import EngineAPI

/// What only `admin` sees: whoever knows an instance's receiver address can send it events that nobody signed, where it
/// allows that, and whoever knows its token can speak for it.
extension AccessScope {
    var seesSecrets: Bool { self == .admin }

    func shown(_ secret: Secret) -> String { seesSecrets ? secret.exposed : secretMask }

    /// The address of a receiver, whose last part is secret.
    func shown(receiver url: String) -> String {
        guard !seesSecrets, let slash = url.lastIndex(of: "/") else { return url }
        return url[...slash] + secretMask
    }

    func shown(_ overview: InstanceOverview) -> InstanceOverview {
        var overview = overview
        overview.receiverURL = shown(receiver: overview.receiverURL)
        return overview
    }

    func shown(_ status: ApexStatus) -> ApexStatus {
        var status = status
        status.receiverURL = shown(receiver: status.receiverURL)
        if let url = status.deployed?.receiverURL { status.deployed?.receiverURL = shown(receiver: url) }
        return status
    }
}

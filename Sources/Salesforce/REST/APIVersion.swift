import Domain
import Primitives

/// Chooses the API version: the newest that this client was written for, and none that lacks what it needs.
package enum APIVersion {
    package static let newestKnown = 67
    package static let oldestUsable = 50

    /// `v67.0` out of the answer of `/services/data`.
    package static func choose(_ body: [UInt8]) throws(SalesforceError) -> String {
        guard let list = (try? JSON(parsing: body))?.array else {
            throw SalesforceError(
                .elsewhere,
                "The org's address was reached, but does not answer as Salesforce does; check the endpoint address."
            )
        }
        let versions = list.compactMap { $0["version"]?.string }.compactMap { Int($0.prefix { $0 != "." }) }
        guard let best = versions.filter({ $0 <= newestKnown }).max(), best >= oldestUsable else {
            throw SalesforceError(
                .refused,
                "The org speaks no API version from \(oldestUsable).0 to \(newestKnown).0; update Signalbox."
            )
        }
        return "v\(best).0"
    }
}

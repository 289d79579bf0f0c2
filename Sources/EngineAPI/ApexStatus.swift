package import Domain
package import Primitives

/// What is done to an org's Apex.
package enum ApexWork: String, Sendable, Hashable, CaseIterable {
    case deploying
    case removing
}

/// An instance's Apex: what is in the org, what runs, and what is wrong.
package struct ApexStatus: Sendable, Hashable {
    /// Nil where none was ever deployed from here.
    package var deployed: DeployedApex?
    /// What runs now.
    package var running: ApexWork?
    /// How far that is.
    package var progress: String?
    package var receiverURL: String
    /// The last deployment or removal that ended since the program was started, with all that the org said.
    package var last: DeployStatus?
    /// Why the org does not tell of its changes as it should; one sentence, or more.
    package var trouble: String?
    /// Until when webhooks that are signed with the secret before the last rotation are taken.
    package var previousSecretExpires: Timestamp?

    package init(deployed: DeployedApex?, receiverURL: String) {
        self.deployed = deployed
        self.receiverURL = receiverURL
    }
}

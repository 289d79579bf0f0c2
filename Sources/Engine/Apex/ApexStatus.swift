package import Domain

/// An instance's Apex: what is in the org, what runs, and what is wrong.
package struct ApexStatus: Sendable, Hashable {
    /// Nil where none was ever deployed from here.
    package let deployed: DeployedApex?
    /// How far the running deployment is.
    package let progress: String?
    package let receiverURL: String

    package init(deployed: DeployedApex?, progress: String?, receiverURL: String) {
        self.deployed = deployed
        self.progress = progress
        self.receiverURL = receiverURL
    }
}

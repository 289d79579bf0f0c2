package import Primitives

/// What is known of the Apex that was put into an instance's org, and what is wrong with it.
package struct DeployedApex: Sendable, Hashable {
    /// Objects whose triggers are in the org, as the last successful deployment left them.
    package var objects: [String] = []
    /// Those of deployments that nobody saw end: their triggers may be in the org beside these, now or later.
    package var underWay: [String] = []
    /// The org that it went into, 18 characters.
    package var organizationID: String?
    /// Where the triggers post to.
    package var receiverURL: String?
    /// Tells whether the triggers sign with the secret of today; the secret itself can't be read from it.
    package var secretDigest: String?
    package var deployedAt: Timestamp?
    /// Why the org does not tell of its changes, or not of all; sentences with the way out.
    package var problem: String?
    package var problemSince: Timestamp?

    package init() {}

    /// Whether triggers of it are in the org.
    package var isDeployed: Bool { !objects.isEmpty }

    /// Of all triggers that are in the org, or may come into it.
    package var allObjects: [String] { objects + underWay }

    /// Whether triggers of it are in the org, or may come into it.
    package var mayBeDeployed: Bool { isDeployed || !underWay.isEmpty }
}

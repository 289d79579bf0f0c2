package import Domain

/// How a deployment or removal ended.
package enum ApexEnding: Sendable, Hashable {
    case done(DeployStatus)
    /// It is a production org, and nobody has said yes to that.
    case needsConsent
    /// One sentence, and what the org said, if it came that far.
    case failed(String, DeployStatus?)
}

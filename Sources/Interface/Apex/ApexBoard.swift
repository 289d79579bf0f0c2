package import Domain
import EngineAPI
import Primitives

/// What is known of the Apex of the instance on the screen, asked for while somebody looks at it.
struct ApexBoard: Sendable {
    private static let pause: Int64 = 250

    private(set) var status: ApexStatus?
    private(set) var failure: String?
    /// What a person asked for here and the engine has not answered.
    var asked: ApexWork?
    var isRotating = false
    private var isOutstanding = false
    private var isStale = true
    private var notBefore = Timestamp.distantPast

    mutating func invalidate() { isStale = true }

    /// What runs, as the engine tells it or because it was just asked for.
    var running: ApexWork? { status?.running ?? asked }

    mutating func nextLoad(_ instance: InstanceID, at now: Timestamp) -> Command? {
        guard isStale, !isOutstanding, now >= notBefore else { return nil }
        isStale = false
        isOutstanding = true
        notBefore = now.advanced(byMilliseconds: Self.pause)
        return .loadApex(instance)
    }

    mutating func take(_ result: Result<ApexStatus, Failure>) {
        isOutstanding = false
        switch result {
        case .success(let status): (self.status, failure) = (status, nil)
        case .failure(let error): failure = error.sentence
        }
    }

    var nextDeadline: Timestamp? { isStale && !isOutstanding ? notBefore : nil }
}

/// How a deployment or removal ended.
package enum ApexEnding: Sendable, Hashable {
    case done(DeployStatus)
    /// It is a production org, and nobody has said yes to that.
    case needsConsent
    /// One sentence, and what the org said, if it came that far.
    case failed(String, DeployStatus?)
}

/// The window with all about an instance's Apex; its rows are actions.
struct ApexPanel: Sendable, Hashable {
    static let actions: [ActionID] = [
        .deployApex, .removeApex, .exportApex, .rotateSecret, .copyReceiver, .copyOutbound, .apexReport,
    ]

    var selection = 0

    mutating func move(by rows: Int) { selection = min(max(0, selection + rows), Self.actions.count - 1) }
}

/// Asks for the folder that the Apex project is written into.
struct FolderPrompt: Sendable, Hashable {
    let instance: InstanceID
    var folder: TextField
    var fault: String?
    var isWriting = false
}

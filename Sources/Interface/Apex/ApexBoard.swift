import Domain
import EngineAPI
import Primitives

/// What is known of the Apex of the instance on the screen, asked for while somebody looks at it.
struct ApexBoard: Sendable {
    private(set) var status: ApexStatus?
    private(set) var failure: String?
    /// What a person asked for here and the engine has not answered.
    var asked: ApexWork?
    var isRotating = false
    private var pace = LoadPace(pause: 250)

    mutating func invalidate() { pace.invalidate() }

    /// What runs, as the engine says or because it was just asked for.
    var running: ApexWork? { status?.running ?? asked }

    mutating func nextLoad(_ instance: InstanceID, at now: Timestamp) -> Command? {
        guard pace.begin(at: now) else { return nil }
        return .loadApex(instance)
    }

    mutating func accept(_ result: Result<ApexStatus, Failure>, at now: Timestamp) {
        pace.end(result, at: now)
        switch result {
        case .success(let status): (self.status, failure) = (status, nil)
        case .failure(let error): failure = error.sentence
        }
    }

    var nextDeadline: Timestamp? { pace.nextDeadline }
}

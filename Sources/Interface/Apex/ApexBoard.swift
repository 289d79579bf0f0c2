import Domain
import EngineAPI
import Primitives

/// What is known of the Apex of the instance on the screen, asked for while somebody looks at it.
struct ApexBoard: Sendable {
    private static let pause: Int64 = 250
    private static let pauseAfterFailure: Int64 = 2000

    private(set) var status: ApexStatus?
    private(set) var failure: String?
    /// What a person asked for here and the engine has not answered.
    var asked: ApexWork?
    var isRotating = false
    private var isOutstanding = false
    private var isStale = true
    private var notBefore = Timestamp.distantPast

    mutating func invalidate() { isStale = true }

    /// What runs, as the engine says or because it was just asked for.
    var running: ApexWork? { status?.running ?? asked }

    mutating func nextLoad(_ instance: InstanceID, at now: Timestamp) -> Command? {
        guard isStale, !isOutstanding, now >= notBefore else { return nil }
        isStale = false
        isOutstanding = true
        notBefore = now.advanced(byMilliseconds: Self.pause)
        return .loadApex(instance)
    }

    mutating func accept(_ result: Result<ApexStatus, Failure>, at now: Timestamp) {
        isOutstanding = false
        switch result {
        case .success(let status): (self.status, failure) = (status, nil)
        case .failure(let error):
            failure = error.sentence
            isStale = true
            notBefore = max(notBefore, now.advanced(byMilliseconds: Self.pauseAfterFailure))
        }
    }

    var nextDeadline: Timestamp? { isStale && !isOutstanding ? notBefore : nil }
}

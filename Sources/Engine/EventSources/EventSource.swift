import Domain

/// One way in which the org of an instance reports its changes.
///
/// Every instance has one of each kind from the moment when it is read or created until it is deleted, whatever its
/// settings say: a source that they don't ask for rests, and begins when `apply` brings settings that do. What it finds
/// or receives it hands to `Intake`, and goes on only when that returned; what it has to know of the instance beyond its
/// own state stands in the `WatchedInstance`, which all sources of an instance share.
///
/// Handing changes over, as a source does when its org has sent some (all of it: <doc:AddingAnEventSource>):
///
/// ```swift
/// let batch = SourceBatch(source: .webhook, observations: observations, receivedAt: context.clock.now)
/// _ = try await context.intake.accept(batch, for: watched)
/// // On disk now: acknowledge it, or read on.
/// ```
protocol EventSource: Sendable {
    /// What an instance must be like for this source to report its changes.
    static var needs: SourceNeeds { get }

    /// The engine runs: the source begins, if the settings ask for it. A second call does nothing.
    func start() async

    /// The settings or the session are others from now on; `watched` has them already. What is under way may go on with
    /// what it began. Called from within the instance's gate, so it must not wait for a change of the instance.
    func apply(_ change: InstanceChange) async

    /// Hands nothing to intake from here until `resume`: the instance is being connected to another org, or deleted. Waits
    /// for what is under way. Never called from within the instance's gate.
    func suspend() async

    /// Goes on: the instance is at its other org now, or could not be deleted.
    func resume() async

    /// Ends for good; what was read is stored before this returns.
    func stop() async

    /// Returns when what the source does at once after a change is done, or after that many milliseconds.
    func settle(patience: Int64) async

    /// Brings the org in line with a change that was made. It may take long; where it fails, the change stands and
    /// `report` says what is wrong. `before` is nil for a new instance.
    func follow(from before: Instance?) async

    /// Removes from the org what the source put there, as the instance is being deleted. One sentence about what became
    /// of it; nil where there was nothing. The source puts nothing there any more from here on.
    func withdraw() async -> String?

    /// The instance could not be deleted: what `withdraw` ended may begin again.
    func reopen() async

    /// How it stands now, with moments by the machine's clock.
    var report: SourceReport { get async }
}

/// A source that only waits to be called needs little of this.
extension EventSource {
    func start() async {}
    func apply(_ change: InstanceChange) async {}
    func suspend() async {}
    func resume() async {}
    func stop() async {}
    func settle(patience: Int64) async {}
    func follow(from before: Instance?) async {}
    func withdraw() async -> String? { nil }
    func reopen() async {}
    var report: SourceReport { get async { SourceReport() } }
}

/// A change of an instance's settings, or of its way to the org.
struct InstanceChange: Sendable {
    var before: Instance
    var after: Instance
    /// The session is a new one.
    var isReconnected = false
    /// It leads to another org, of which nothing is known yet.
    var isOtherOrganization = false
}

package import Domain
package import Primitives

/// The engine as the dashboard and the commands see it: commands in; counts, ids and pages out.
///
/// The engine in this process implements it, and `RemoteEngine` for one elsewhere. A reader takes its position, then reads on
/// from there whenever it is notified:
///
/// ```swift
/// let notices = client.notices()
/// var last = try await client.events(PageRequest(limit: 1)).first?.sequence ?? 0
/// for await notice in notices {
///     guard case .stored = notice else { continue }
///     for event in try await client.events(PageRequest(direction: .oldestFirst, after: last, limit: 200)) {
///         last = event.sequence
///     }
/// }
/// ```
package protocol EngineClient: Sendable {
    func instances() async throws -> [InstanceOverview]
    func instance(_ id: InstanceID) async throws -> InstanceOverview
    /// Creates, connects and starts an instance. Errors: `ConfigurationRejected`, `ClientError`.
    func createInstance(_ draft: InstanceDraft) async throws -> InstanceOverview
    /// Applies the whole draft at once, without a restart; masked secrets keep their value. One that names its `basis` is
    /// refused where that is no more.
    func updateInstance(_ id: InstanceID, _ draft: InstanceDraft) async throws -> InstanceOverview
    /// Deletes an instance and says what became of its Apex in the org, if there was any, and of its grant, if that goes on.
    func deleteInstanceReporting(_ id: InstanceID) async throws -> String?
    func setEnabled(_ id: InstanceID, _ enabled: Bool) async throws -> InstanceOverview
    /// Polls now and answers when everything that was found is stored.
    func poll(_ id: InstanceID) async throws -> PollSummary
    /// The objects of the org's describe that can be watched; `anew`: the org itself is asked, so that the answer says that it
    /// can be.
    func describeObjects(_ id: InstanceID, anew: Bool) async throws -> [ObjectDescription]

    /// Begins an authorization in the browser for these settings; nothing is stored. Masked secrets are those of `id`.
    func beginAuthorization(
        _ configuration: InstanceConfiguration,
        for id: InstanceID?
    ) async throws -> BrowserAuthorization
    /// How an authorization stands; while it waits, the answer comes after so many milliseconds at the latest.
    func authorization(_ state: String, waiting milliseconds: Int64) async throws -> AuthorizationProgress
    /// Hands in what a person pasted: the code, or the whole address that the browser ended on.
    func completeAuthorization(_ state: String, reply: String) async throws -> AuthorizationProgress
    /// Gives an authorization up; one that is not there any more is no error.
    func cancelAuthorization(_ state: String) async throws

    /// With patience the page may end before it is full: see `EventPage.reach`.
    func events(_ page: PageRequest) async throws -> EventPage
    func event(sequence: Int64) async throws -> EventDetail
    func event(id: String) async throws -> EventDetail
    /// What facets alone decide is always counted whole; of the rest no more than `limit` events are, if it is given.
    func counts(_ filter: EventFilter, limit: Int64?) async throws -> EventCounts
    /// Where in the history, or when in a span of time, the events of a filter are, and how many of them failed.
    func histogram(_ request: HistogramRequest) async throws -> EventHistogram
    /// How many of an instance's events were stored since a moment, which is at most a day ago, by slots of time.
    func activity(_ id: InstanceID, since: Timestamp) async throws -> ActivitySummary
    /// What of an instance has not arrived, by reason: `FailureGroup.most` groups, those of most events first.
    func failures(_ id: InstanceID) async throws -> [FailureGroup]
    /// How things stand in figures, with more of one instance; cheap however many events there are.
    func statistics(of id: InstanceID?) async throws -> EngineStatistics
    /// One more attempt of the event's notification: same `eventId`, signed at its time. Never retried by itself.
    func replay(eventID: String, options: ReplayOptions) async throws -> Attempt
    /// The request that a replay to the event's own callback would make now; nothing is sent.
    func signedRequest(eventID: String) async throws -> SignedRequest
    /// What a bulk replay of an instance's events would send; nothing is stored.
    func previewReplays(_ id: InstanceID, filter: EventFilter) async throws -> ReplayPreview
    /// Begins a bulk replay; it goes on by itself and survives a restart.
    func createReplayJob(_ id: InstanceID, filter: EventFilter, rate: Int) async throws -> ReplayJob
    /// The bulk replays of an instance, newest first.
    func replayJobs(_ id: InstanceID) async throws -> [ReplayJob]
    func replayJob(_ id: Int64) async throws -> ReplayJob
    /// Pauses or resumes a bulk replay, or sets its rate; nil leaves it as it is.
    func changeReplayJob(_ id: Int64, isPaused: Bool?, rate: Int?) async throws -> ReplayJob
    /// Ends a bulk replay; what is under way still finishes.
    func cancelReplayJob(_ id: Int64) async throws -> ReplayJob
    /// Posts a signed test notification to an address without storing an event.
    func testCallback(url: String, signatureKey: Secret, instance: InstanceID?) async throws -> Attempt
    /// Ends the hold of a callback, whatever holds it: what waits is sent at once, one after the other, until one succeeds;
    /// then all of it goes. Where as many fail as open the breaker, or two get no answer, the callback stays held and says
    /// why; these attempts take no rung of the ladder. Where nothing is held, all that waits for a later attempt goes at once.
    /// Answers when that is known.
    ///
    /// - Throws: `unavailable` where it is not known in time, or could not be stored.
    func resumeCallback(_ id: InstanceID) async throws
    /// Sends nothing more to the callback until it is resumed; survives a restart. Nil gives no reason.
    func holdCallback(_ id: InstanceID, reason: String?) async throws
    /// Pauses, resumes or cancels what is left to be read of an object's long past, or of all objects of an instance.
    func changeBacklogs(_ id: InstanceID, _ change: BacklogChange, object: String?) async throws

    /// What of an instance's Apex is in the org, what runs, and what is wrong.
    func apexStatus(_ id: InstanceID) async throws -> ApexStatus
    /// The Apex of an instance as a Salesforce DX project, its secret in clear.
    func apexProject(_ id: InstanceID) async throws -> [ApexFile]
    /// Both answer when the org is done with it; `ClientError` of kind `forbidden` for production unless allowed.
    func deployApex(
        _ id: InstanceID,
        allowProduction: Bool,
        progress: @Sendable (DeployStatus) async -> Void
    ) async throws -> DeployStatus
    func removeApex(
        _ id: InstanceID,
        allowProduction: Bool,
        progress: @Sendable (DeployStatus) async -> Void
    ) async throws -> DeployStatus
    /// Makes a new secret for what the org sends; the one before stays valid for a day. Deployed Apex is deployed again.
    func rotateReceiverSecret(_ id: InstanceID) async throws -> InstanceOverview

    /// Seals stored secrets with another key while everything goes on: the one that is given, where the node was given its own
    /// one; nil: a fresh key file.
    func rotateKey(to key: Secret?) async throws -> KeyChange

    /// What people and programs of theirs did here, newest first; those below `id` if it is given.
    func auditEntries(before id: Int64?, limit: Int) async throws -> [AuditEntry]

    /// Coalesced news; each subscriber gets its own stream. Ends when the engine stops.
    func notices() -> AsyncStream<EngineNotice>
}

extension EngineClient {
    package func deleteInstance(_ id: InstanceID) async throws { _ = try await deleteInstanceReporting(id) }

    /// The objects that can be watched, as they were known a while ago or are now.
    package func describeObjects(_ id: InstanceID) async throws -> [ObjectDescription] {
        try await describeObjects(id, anew: false)
    }

    /// Makes a draft of the instance as it stands and applies it to nothing else: where another change comes between the two,
    /// a draft is made of what came of that.
    package func changeInstanceAsItStands(
        _ id: InstanceID,
        _ make: @escaping @Sendable (InstanceOverview) throws -> InstanceDraft
    ) async throws -> InstanceOverview {
        var current = try await instance(id)
        var tries = 0
        while true {
            var draft = try make(current)
            draft.basis = current.updatedDate
            do {
                return try await updateInstance(id, draft)
            } catch let error as ClientError where error.kind == .conflict {
                let seen = try await instance(id)
                tries += 1
                // Something else was refused, or others never cease.
                guard seen.updatedDate != current.updatedDate, tries < 50 else { throw error }
                current = seen
            }
        }
    }

    /// Counts all of them, however long that takes.
    package func counts(_ filter: EventFilter) async throws -> EventCounts { try await counts(filter, limit: nil) }
}

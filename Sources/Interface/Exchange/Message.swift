package import Domain
package import Drawing
package import EngineAPI

/// What happens to the dashboard: input, news from the engine, and the results of its own commands.
package enum Message: Sendable {
    /// The first message; asks for everything that the first screen needs.
    case start
    case input(InputEvent)
    /// Input that arrived together; it makes one update and one frame.
    case inputs([InputEvent])
    /// The moment of `Dashboard.nextDeadline` has come.
    case tick
    case notice(EngineNotice)
    /// The stream of notices ended: nothing on the screen is live any more.
    case engineStopped
    /// The way to a node elsewhere changed; while it is lost, nothing on the screen is live.
    case node(NodeLink)
    /// How many other dashboards use the engine inside.
    case dashboardsAttached(Int)

    case instances(Result<[InstanceOverview], Failure>)
    case page(token: Int, Result<EventPage, Failure>)
    case marks(token: Int, Result<[EventSummary], Failure>)
    case counts(token: Int, Result<EventCounts, Failure>)
    case failures(token: Int, Result<[FailureGroup], Failure>)
    case audit(token: Int, Result<[AuditEntry], Failure>)
    case histogram(HistogramUse, token: Int, Result<EventHistogram, Failure>)
    case activity(token: Int, Result<ActivitySummary, Failure>)
    case statistics(token: Int, InstanceID?, Result<EngineStatistics, Failure>)
    case detail(sequence: Int64, Result<EventDetail, Failure>)
    case objects(InstanceID, Result<[ObjectDescription], Failure>)
    /// The answer to `create`, which is for no instance, and to `update`.
    case saved(request: Int, InstanceID?, Result<InstanceOverview, Failure>)
    /// The answer to `setEnabled`.
    case switched(InstanceID, Result<InstanceOverview, Failure>)
    /// The answer to `deleteInstance`: what is left of it in the org, if anything.
    case deleted(InstanceID, Result<String?, Failure>)
    case polled(InstanceID, Result<PollSummary, Failure>)
    case replayed(sequence: Int64, Result<Attempt, Failure>)
    case signed(eventID: String, Result<SignedRequest, Failure>)
    /// What the editor left behind.
    case edited(sequence: Int64, Result<String, Failure>)
    case tested(url: String, Result<Attempt, Failure>)
    case replayPreview(token: Int, Result<ReplayPreview, Failure>)
    case replaysCreated(request: Int, Result<ReplayJob, Failure>)
    case replays(token: Int, Result<[ReplayJob], Failure>)
    case replayChanged(Result<ReplayJob, Failure>)
    case apex(InstanceID, Result<ApexStatus, Failure>)
    case apexEnded(InstanceID, ApexWork, ApexEnding)
    case apexExported(request: Int, Result<ExportedProject, Failure>)
    case secretRotated(InstanceID, Result<InstanceOverview, Failure>)
    case resumed(InstanceID, Result<Done, Failure>)
    /// The answer to `holdCallback`.
    case held(InstanceID, Result<Done, Failure>)
    /// The answer to `changeBacklogs`.
    case backlogsChanged(InstanceID, BacklogChange, Result<Done, Failure>)
    case authorizationBegun(token: Int, Result<BrowserAuthorization, Failure>)
    case authorization(state: String, Result<AuthorizationProgress, Failure>)
    case authorizationReply(state: String, Result<AuthorizationProgress, Failure>)
    /// How many events of an export are written, by its number.
    case exportProgress(Int, Int64)
    case exported(Int, ExportEnding)
    case opened(Result<Done, Failure>)
    case keyRead(path: String, Result<String, Failure>)
    case copied(what: String, Result<CopyTarget, Failure>)
    /// Something that the rest of the program wants to say, for instance about a theme file.
    case report(Severity, String)
}

/// Where a copied text went.
package enum CopyTarget: Sendable, Hashable {
    case clipboard
    /// To the terminal, for its clipboard; whether it took it, nobody says.
    case terminal
    /// The path of a file that nobody else can read.
    case file(String)
}

/// The value of a success that carries nothing.
package struct Done: Sendable, Hashable {
    package init() {}
}

/// How much a message matters.
package enum Severity: Sendable, Hashable {
    case info
    case success
    case warning
    case failure
}

/// Why a command failed, ready to be read by a person.
package enum Failure: Error, Sendable, Hashable {
    /// Settings were refused; nothing of them was applied.
    case rejected([ConfigurationIssue])
    /// The org is another one than before; nothing was changed. In words, each.
    case otherOrganization(found: String, watched: String)
    /// One sentence.
    case failed(String)

    /// The one place where errors become sentences on the screen.
    package init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as ConfigurationRejected: self = .rejected(error.issues)
        case let error as ClientError:
            if case .otherOrganization(let found, let watched) = error.kind {
                self = .otherOrganization(found: found, watched: watched)
            } else {
                self = .failed(error.description)
            }
        case is CancellationError: self = .failed("Signalbox is stopping.")
        default: self = .failed(ErrorSentence.text(error))
        }
    }

    package var sentence: String {
        switch self {
        case .rejected(let issues): issues.map(\.message).joined(separator: " ")
        case .otherOrganization(let found, let watched):
            "These credentials lead to \(found), but the instance watches \(watched); nothing was changed."
        case .failed(let sentence): sentence
        }
    }
}

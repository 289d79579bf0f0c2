package import Domain
package import Primitives

/// Gets access to orgs. `SalesforceConnector` is the implementation; tests of the engine may bring another.
package protocol OrgConnecting: Sendable {
    /// The address that a person opens to grant access; with PKCE where a challenge is given.
    func authorizeURL(
        _ configuration: InstanceConfiguration,
        state: String,
        codeChallenge: String?
    ) -> String

    /// Gets the first access token by the grant that the configuration asks for and learns who the org is. `granted` is
    /// called with what the org gave as soon as it is there, and with every newer token, before anything else can fail: a
    /// code or a refresh token that was shown may be dead from then on.
    ///
    /// - Throws: `SalesforceError`, whose message says what to do; and what `granted` throws.
    func connect(
        _ configuration: InstanceConfiguration,
        code: Secret?,
        codeVerifier: Secret?,
        granted: @escaping @Sendable (OrgConnection) async throws -> Void
    ) async throws -> OrgConnection

    /// Learns who the org of a connection is that was granted before: what `connect` does behind `granted`, with the same
    /// refusals.
    func identify(
        _ connection: OrgConnection,
        _ configuration: InstanceConfiguration,
        granted: @escaping @Sendable (OrgConnection) async throws -> Void
    ) async throws -> OrgConnection

    /// A session that refreshes its token by itself. `save` is called with every new token and must have stored it when it
    /// returns: with rotation the old one is dead from then on.
    func session(
        _ connection: OrgConnection,
        configuration: InstanceConfiguration,
        save: @escaping @Sendable (OrgConnection) async throws -> Void
    ) -> any OrgSession
}

/// One connected org.
package protocol OrgSession: Sendable {
    /// As the org last said in `Sforce-Limit-Info`.
    var apiUsage: APIUsage? { get async }

    /// The calls of the org since this was asked last, whatever became of them.
    func drainCalls() async -> APICalls

    /// The objects that can be watched, from the global describe; cached for a while, and read anew where the list that is
    /// kept does not suffice: what it lacks may have been made since.
    func describeObjects(
        where suffices: @escaping @Sendable ([ObjectDescription]) -> Bool
    ) async throws -> [ObjectDescription]

    /// The same as the org has them now: nothing that it answered before stands for its answer.
    func describeObjectsAnew() async throws -> [ObjectDescription]

    /// Reads what changed. `store` is called for every page, in order, and the next page is read only after it returned:
    /// nothing is passed over that is not on disk. `known` answers from the ledger, where what is known is held against
    /// the org.
    func poll(
        _ request: PollRequest,
        known: @escaping KnownRecords,
        store: @Sendable (PollPage) async throws -> IntakeResult
    ) async throws -> PollReport

    /// Reads on in a part of a backlog. `store` is called for every page, in order, with how far the part is read behind
    /// it; the next page is read only after it returned.
    func read(
        _ request: BacklogRequest,
        known: @escaping KnownRecords,
        store: @Sendable (PollPage, BacklogPlace) async throws -> IntakeResult
    ) async throws

    /// Ends the grant at the org; used when an instance is deleted.
    ///
    /// - Throws: Where it may go on there.
    func revoke() async throws

    /// The instance is connected anew: what is under way may go on with the token it has, but gets no other.
    func retire() async
}

extension OrgSession {
    /// For sessions without a token.
    package func retire() async {}
}

/// Answers a question about what the ledger knows of an object; as it is on disk.
package typealias KnownRecords =
    @Sendable (_ object: String, _ question: LedgerQuestion) async throws -> LedgerAnswer

/// What to poll.
package struct PollRequest: Sendable, Hashable {
    package var instanceID: InstanceID
    package var objects: [String]
    /// What is known of each object; objects without a record begin their first run.
    package var records: [PollerRecord]
    package var firstRun: FirstRun
    /// How far behind the cursor each poll reads again; rows become visible up to ten minutes after their stamp.
    package var overlapSeconds: Int
    /// Also look for what queries and the delete log both miss.
    package var reconcile: Bool
    package var reportTouches: Bool
    /// How many of an object's known records, in percent, may be missing and still count as deleted.
    package var missingPercent: Int
    /// How much of the overlap is read again, and how much at a time.
    package var overlapLimits = OverlapLimits()
    /// What is older than the overlap is read beside the polls where a poll has more rows to read than this.
    package var backlogRows = 10_000

    package init(
        instanceID: InstanceID,
        objects: [String],
        records: [PollerRecord],
        firstRun: FirstRun = .now,
        overlapSeconds: Int = 900,
        reconcile: Bool = false,
        reportTouches: Bool = false,
        missingPercent: Int = 20
    ) {
        self.instanceID = instanceID
        self.objects = objects
        self.records = records
        self.firstRun = firstRun
        self.overlapSeconds = overlapSeconds
        self.reconcile = reconcile
        self.reportTouches = reportTouches
        self.missingPercent = missingPercent
    }
}

/// One page of findings with the cursors that may move once it is stored.
package struct PollPage: Sendable, Hashable {
    package var observations: [Observation]
    package var policies: [String: ChangeDecision.Policy]
    package var pollerRecords: [PollerRecord]
    package var source: ChangeSource
    /// The org's clock (the response's `Date`) when the poll began.
    package var pollDate: Timestamp
    /// What the poll leaves to be read beside the polls, by object; to be kept with the cursors.
    package var backlogs: [String: BacklogSpan] = [:]

    package init(
        observations: [Observation],
        policies: [String: ChangeDecision.Policy],
        pollerRecords: [PollerRecord],
        source: ChangeSource,
        pollDate: Timestamp
    ) {
        self.observations = observations
        self.policies = policies
        self.pollerRecords = pollerRecords
        self.source = source
        self.pollDate = pollDate
    }
}

/// A part of a backlog to read on in.
package struct BacklogRequest: Sendable, Hashable {
    package var instanceID: InstanceID
    /// As configured.
    package var object: String
    /// The object's own, by which rows are judged.
    package var record: PollerRecord?
    package var part: Backlog.Part
    /// It ends after so many pages, wherever it is then.
    package var pages: Int
    /// The field list is read anew: the one that is kept may be older than the rows.
    package var readsFields: Bool
    package var reportTouches: Bool

    package init(
        instanceID: InstanceID,
        object: String,
        record: PollerRecord?,
        part: Backlog.Part,
        pages: Int,
        readsFields: Bool,
        reportTouches: Bool = false
    ) {
        self.instanceID = instanceID
        self.object = object
        self.record = record
        self.part = part
        self.pages = pages
        self.readsFields = readsFields
        self.reportTouches = reportTouches
    }
}

/// What a poll read and what it could not.
package struct PollReport: Sendable, Hashable {
    package var rowsRead = 0
    package var calls = APICalls()
    /// Objects that could not be polled, with one sentence each.
    package var problems: [String: String] = [:]
    /// The org's own words for them, where it said any.
    package var providerMessages: [String: String] = [:]
    /// What ended the poll of an object.
    package var failures: [String: SalesforceError] = [:]
    /// A first read of everything is longer than one poll's share: another poll goes on with it, and should come at once.
    package var leavesRows = false
    /// What the org's clock said when the poll began; nil where the answer did not say.
    package var orgDate: Timestamp?

    package init() {}

    /// Calls that the org's allowance pays for.
    package var apiCalls: Int { calls.total }
}

/// What the org or its token endpoint refused, as one sentence with the next step.
package struct SalesforceError: SentenceError, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// The grant is dead or the app is set up wrongly: a person must act, retrying is useless.
        case authorization
        /// The daily allowance is used up: wait an hour or more.
        case dailyLimit
        /// Too many at once, a maintenance page, a dropped connection: try again soon.
        case transient
        /// The request itself was refused.
        case refused
        /// Nobody answers.
        case unreachable
        /// Somebody answers, who is not the org.
        case elsewhere
    }

    package let kind: Kind
    package let message: String
    /// `errorCode` or `error` of the answer.
    package let code: String?
    /// The provider's own words.
    package let providerMessage: String?

    package init(_ kind: Kind, _ message: String, code: String? = nil, providerMessage: String? = nil) {
        self.kind = kind
        self.message = message
        self.code = code
        self.providerMessage = providerMessage
    }

    package var description: String { message }
}

extension SalesforceError {
    /// Whether it may concern no more than what was asked, so that a poll goes on with its other objects. What the whole
    /// org says, or nobody, it would hear for each of them. Trouble that passes may be either: a poll that has it with all
    /// of its objects fails as a whole.
    var isOfOneObject: Bool {
        switch kind {
        case .refused, .transient: true
        case .authorization, .dailyLimit, .unreachable, .elsewhere: false
        }
    }

    /// Whether a wrong field list may have led to it, so that the next poll reads another.
    var mayBeOfFieldList: Bool { kind == .refused || code == RestFailure.unusableCode }
}

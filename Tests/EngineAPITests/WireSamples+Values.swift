import Domain
import EngineAPI
import Primitives

/// Values that samples are made of.
extension WireSample {
    static var draft: InstanceDraft {
        InstanceDraft(
            name: "mySFDCInstance",
            tags: ["a", "b"],
            configuration: configuration,
            authorizationCode: "code",
            codeVerifier: "verifier",
            authorizationState: "state",
            connectsAnew: true,
            allowsOtherOrganization: true,
            basis: moment
        )
    }

    static func overview(_ source: SourceState, _ callback: CallbackState) -> InstanceOverview {
        var overview = InstanceOverview(
            id: 401,
            name: "acme",
            tags: ["t"],
            configuration: configuration.masked,
            isDisabled: true,
            source: source,
            callback: callback,
            pollers: [
                PollerRecord(
                    instanceID: 401,
                    object: "Account",
                    cursor: moment,
                    deletedCursor: moment,
                    baseline: moment,
                    lastPoll: moment,
                    nextPoll: .distantFuture,
                    calls: [.rows: 2, .tokens: 1],
                    rowsRead: 5,
                    problem: "p",
                    providerMessage: "q",
                    note: "n"
                )
            ],
            nextPoll: moment,
            isPolling: true,
            apiUsage: APIUsage(used: 18, allowed: 5000),
            receiverURL: "https://hooks.example/r",
            organizationName: "Acme",
            isConnected: true
        )
        overview.providerMessage = "said"
        overview.attemptLimit = 9
        overview.updatedDate = moment
        (overview.unwatchedChanges, overview.unwatchedObjects) = (3, ["Lead"])
        overview.apiBudget = APIBudget(calls: [.rows: 7, .deletes: 2], limit: 2500)
        overview.backfills = [
            BackfillProgress(object: "Account", rows: 1, total: 2),
            BackfillProgress(object: "Lead", rows: 0, total: nil),
        ]
        return overview
    }

    static let overviews: [WireSample] =
        [
            SourceState.stopped, .connecting, .live(lastSuccess: nil), .live(lastSuccess: moment),
            .degraded(reason: "r", since: moment, lastSuccess: moment),
            .overdue(reason: "r", since: moment, lastSuccess: nil),
            .needsAttention(reason: "r", since: moment, lastSuccess: moment),
        ].map { WireSample(overview($0, .idle), "InstanceOverview \($0.word)") }
        + [
            CallbackState.none, .idle, .healthy(status: 204, milliseconds: 3, at: moment),
            .failing(reason: "r", at: moment, retrying: 2),
            .failing(reason: "r", at: moment, retrying: 0, until: moment), .held(reason: "r", until: moment),
            .held(reason: "r", until: nil),
        ].map { WireSample(overview(.connecting, $0), "InstanceOverview callback \($0)") }

    static var job: ReplayJob {
        ReplayJob(
            id: 4,
            instanceID: 401,
            filter: filter,
            state: .paused,
            rate: 20,
            total: 100,
            succeeded: 5,
            failed: 2,
            position: 70,
            lastSequence: 99,
            waitsForCallback: true,
            lastError: "e",
            createdAt: moment,
            updatedAt: moment
        )
    }

    static var poll: PollSummary {
        var result = IntakeResult()
        result.created = 1
        result.updated = 2
        result.deleted = 3
        result.repeats = 4
        result.lastSequence = 5
        return PollSummary(
            result: result,
            rowsRead: 6,
            calls: [.rows: 6, .check: 1],
            milliseconds: 8,
            problems: ["Account": "p"],
            providerMessages: ["Account": "q"]
        )
    }

    static var apex: ApexStatus {
        var deployed = DeployedApex()
        deployed.objects = ["Account"]
        deployed.underWay = ["Contact"]
        deployed.organizationID = "00D000000000001EAA"
        deployed.receiverURL = "https://hooks.example/r"
        deployed.deployedAt = moment
        deployed.problem = "p"
        deployed.problemSince = moment
        var status = ApexStatus(deployed: deployed, receiverURL: "https://hooks.example/r")
        status.running = .removing
        status.progress = "half"
        status.trouble = "t"
        status.previousSecretExpires = moment
        var last = DeployStatus(id: "0Af1", status: "Failed")
        last.isDone = true
        last.componentsDeployed = 1
        last.componentsTotal = 2
        last.testsCompleted = 3
        last.testsTotal = 4
        last.failures = ["f"]
        last.coverage = [.init(name: "A", percent: 75)]
        status.last = last
        return status
    }

    static let failures: [WireSample] =
        ([
            .invalid, .notFound, .conflict, .otherOrganization(found: "one", watched: "another"), .upstream,
            .unavailable, .storage, .forbidden,
        ] as [ClientError.Kind]).map {
            WireSample(
                WireFailure.client(ClientError($0, "It failed.", providerMessage: "p", mayPass: true)),
                "Failure \($0)"
            )
        } + [
            WireSample(
                WireFailure.rejected(
                    ConfigurationRejected([.init(.callbackURL, "It is wrong."), .init(.objects, "So is this.")])
                ),
                "Failure of settings"
            )
        ]
}

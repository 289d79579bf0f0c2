/// How much a token opens: each scope what the ones before it do, and more.
package enum AccessScope: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Sees instances, events and deliveries, and no secret; changes nothing.
    case read
    /// Polls, replays, holds and releases as well.
    case operate
    /// Everything: settings and secrets, connecting and deleting, what is put into an org.
    case admin

    package static func < (left: AccessScope, right: AccessScope) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .read: 0
        case .operate: 1
        case .admin: 2
        }
    }

    /// What a call of either API needs; one that is in no list needs everything.
    static func needed(by operation: String) -> AccessScope {
        let name = operation.hasSuffix("OfToken") ? String(operation.dropLast("OfToken".count)) : operation
        if reading.contains(name) { return .read }
        return operating.contains(name) ? .operate : .admin
    }

    /// By the names that stand in `/openapi.json`; both forms of a call on an instance are one.
    static let reading: Set<String> = [
        "getElementMetadata", "listInstances", "getInstance", "listSettings", "getSetting", "listPollerRecords",
        "listEvents", "listEventsOfInstance", "getEvent", "getEventOfInstance", "listBacklogs", "countEvents",
        "countEventsByInstance",
        "countEventsByAccount", "listDispositions", "listDeliveries", "listAttempts", "listReplays", "getReplay",
        "streamEvents",
        "engineInstances", "engineInstance", "engineEvents", "engineEvent", "engineEventByID", "engineCounts",
        "engineHistogram", "engineActivity", "engineFailures", "engineStatistics", "enginePreviewReplays",
        "engineReplayJobs", "engineReplayJob", "engineApexStatus", "engineNotices",
    ]

    static let operating: Set<String> = [
        "poll", "replayEvent", "beginReplay", "changeReplay", "cancelReplay", "holdCallback", "releaseCallback",
        "changeBacklogs", "cancelBacklogs", "engineChangeBacklogs",
        "enginePoll", "engineReplay", "engineSignedRequest", "engineCreateReplayJob", "engineChangeReplayJob",
        "engineCancelReplayJob", "engineTestCallback", "engineHoldCallback", "engineResumeCallback",
        "engineDescribeObjects",
    ]

    /// Named here so that a test sees where a new call was forgotten.
    static let administering: Set<String> = [
        "getAuthorizeURL", "createInstance", "createInstanceOfElement", "replaceInstance", "changeInstance",
        "deleteInstance", "enableInstance", "disableInstance", "changeSetting", "getWebhook", "rotateWebhookSecret",
        "getApex", "deployApex", "removeApex", "beginAuthorization", "getAuthorization", "completeAuthorization",
        "cancelAuthorization",
        "engineCreateInstance", "engineUpdateInstance", "engineDeleteInstance", "engineSetEnabled",
        "beginReauthorization", "engineBeginAuthorization", "engineAuthorization", "engineCompleteAuthorization",
        "engineCancelAuthorization",
        "engineApexProject", "engineAuditEntries", "engineDeployApex", "engineRemoveApex", "engineRotateReceiverSecret",
        "engineRotateKey",
    ]
}

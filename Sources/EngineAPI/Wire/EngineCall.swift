import Primitives

/// Each call of `EngineClient` as a route of the management API; the node answers all of them, the remote engine asks them.
package enum EngineCall: String, Sendable, Hashable, CaseIterable {
    case instances, instance, createInstance, updateInstance, deleteInstance, setEnabled, poll, describeObjects
    case beginAuthorization, authorization, completeAuthorization, cancelAuthorization
    case events, event, eventByID, counts, histogram, activity, failures, statistics, replay, signedRequest
    case previewReplays, createReplayJob, replayJobs, replayJob, changeReplayJob, cancelReplayJob
    case testCallback, resumeCallback, holdCallback, changeBacklogs
    case apexStatus, apexProject, deployApex, removeApex, rotateReceiverSecret
    case auditEntries, rotateKey
    case notices

    package static let base = "/signalbox/v1"

    /// With `{name}` where a segment varies.
    package var template: String { Self.base + route.path }
    package var method: String { route.method }

    /// The template with its parameters in the order of their places.
    package func path(_ parameters: [String]) -> String {
        var rest = parameters[...]
        return template.split(separator: "/").map { segment in
            "/" + (segment.hasPrefix("{") ? (rest.popFirst() ?? "").percentEncoded : String(segment))
        }.joined()
    }

    private var route: (method: String, path: String) {
        switch self {
        case .instances: ("GET", "/instances")
        case .createInstance: ("POST", "/instances")
        case .instance: ("GET", "/instances/{id}")
        case .updateInstance: ("PUT", "/instances/{id}")
        case .deleteInstance: ("DELETE", "/instances/{id}")
        case .setEnabled: ("PUT", "/instances/{id}/enabled")
        case .poll: ("POST", "/instances/{id}/poll")
        case .describeObjects: ("GET", "/instances/{id}/objects")
        case .beginAuthorization: ("POST", "/authorizations")
        case .authorization: ("GET", "/authorizations/{state}")
        case .completeAuthorization: ("POST", "/authorizations/{state}")
        case .cancelAuthorization: ("DELETE", "/authorizations/{state}")
        case .events: ("POST", "/events/page")
        case .counts: ("POST", "/events/counts")
        case .histogram: ("POST", "/events/histogram")
        case .event: ("GET", "/events/{sequence}")
        case .eventByID: ("GET", "/events/ids/{eventId}")
        case .replay: ("POST", "/events/ids/{eventId}/replay")
        case .signedRequest: ("GET", "/events/ids/{eventId}/signed-request")
        case .activity: ("GET", "/instances/{id}/activity")
        case .failures: ("GET", "/instances/{id}/failures")
        case .statistics: ("GET", "/statistics")
        case .previewReplays: ("POST", "/instances/{id}/replays/preview")
        case .createReplayJob: ("POST", "/instances/{id}/replays")
        case .replayJobs: ("GET", "/instances/{id}/replays")
        case .replayJob: ("GET", "/replays/{job}")
        case .changeReplayJob: ("PATCH", "/replays/{job}")
        case .cancelReplayJob: ("DELETE", "/replays/{job}")
        case .testCallback: ("POST", "/callback-tests")
        case .holdCallback: ("PUT", "/instances/{id}/callback-hold")
        case .resumeCallback: ("DELETE", "/instances/{id}/callback-hold")
        case .changeBacklogs: ("PATCH", "/instances/{id}/backlogs")
        case .apexStatus: ("GET", "/instances/{id}/apex")
        case .apexProject: ("GET", "/instances/{id}/apex/project")
        case .deployApex: ("POST", "/instances/{id}/apex/deployment")
        case .removeApex: ("POST", "/instances/{id}/apex/removal")
        case .rotateReceiverSecret: ("POST", "/instances/{id}/receiver-secret")
        case .auditEntries: ("GET", "/audit")
        case .rotateKey: ("POST", "/sealing-key")
        case .notices: ("GET", "/notices")
        }
    }
}

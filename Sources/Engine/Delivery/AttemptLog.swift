import Domain
import Logging

/// How an attempt stands in the log: by the ids that the callback got, and by those of the webhook that brought its event.
enum AttemptLog {
    static func metadata(_ attempt: Attempt, _ request: CallbackRequest, _ id: InstanceID) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "instance": "\(id)", "notification": "\(attempt.notificationID)", "event": "\(request.eventID)",
            "attempt": "\(attempt.number)", "milliseconds": "\(attempt.milliseconds)",
        ]
        switch attempt.outcome {
        case .response(let status): metadata["status"] = "\(status)"
        case .failure(let reason): metadata["error"] = "\(reason)"
        }
        return metadata
    }
}

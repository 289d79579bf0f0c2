import Domain

/// Something that a component says to the person: shown for a while, and kept in the log.
struct Announcement: DashboardEvent {
    /// What a good message is about, so that it is not shown beside a banner that says otherwise.
    enum Topic: Sendable, Hashable {
        case source
        case callback
    }

    /// What a message is said of, where the next word about the same takes its place on the screen.
    enum Matter: Sendable, Hashable {
        /// Applying the form of an instance; nil: of a new one.
        case applying(InstanceID?)
        case polling(InstanceID)
        /// Enabling or disabling an instance.
        case switching(InstanceID)
        case deleting(InstanceID)
        /// Holding the callback of an instance, or releasing it.
        case holding(InstanceID)
        case backlogs(InstanceID)
        /// A test notification to the callback of an instance; nil: of a new one.
        case testing(InstanceID?)
        case apex(InstanceID)
        case apexProject
        case rotatingSecret(InstanceID)
        /// Replaying an event, by its sequence.
        case replaying(Int64)
        case replayingMarked
        case bulkReplay
        case changingReplays
        case editing
        case markingRange
        case copying
        case exporting
        case savingFilter(String)
        /// Reading what stands on the screen by itself.
        case readingEvents
        case readingInstances
        case unboundKey
    }

    let severity: Severity
    let text: String
    var topic: Topic?
    var matter: Matter?
    /// Only recorded, because it is shown elsewhere.
    var isLogOnly = false
    /// Stays on the screen until it is dismissed, as failures do in any case.
    var isLasting = false
}

/// Posted to take messages off the screen; the log keeps them.
struct MessagesDismissed: DashboardEvent {
    /// Nil: all of them.
    var id: Int?
}

/// Posted when all that was said of a matter is past; the log keeps it.
struct MatterSettled: DashboardEvent {
    let matter: Announcement.Matter
}

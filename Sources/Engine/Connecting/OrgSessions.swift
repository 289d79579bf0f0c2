import Domain
import Primitives
import Salesforce
import Store

/// Makes the sessions with which instances reach their orgs.
struct OrgSessions: Sendable {
    let access: OrgAccess
    let store: any InstanceStore

    /// A session that stores every new token before it is used; through the instance's gate, so that no change undoes it.
    func make(for watched: WatchedInstance) -> any OrgSession {
        let instance = watched.instance
        guard let connection = instance.connection else { return DisconnectedSession() }
        if let issue = access.passwordIssue(instance.configuration) { return DisconnectedSession(issue.message) }
        let last = Locked(connection.accessToken)
        return access.connector.session(connection, configuration: instance.configuration) {
            [weak watched, store] connection in
            let isOwn = Locked(false)
            try await watched?.edit(in: store) { instance in
                let present = instance.connection?.accessToken
                // A session that was replaced by connecting anew must not bring its own token back.
                guard present == last.withLock({ $0 }) || present == connection.accessToken else { return }
                instance.connection = connection
                isOwn.withLock { $0 = true }
            }
            // Only now that it is stored: a write that fails is tried again, and must know its own then.
            if isOwn.withLock({ $0 }) { last.withLock { $0 = connection.accessToken } }
        }
    }
}

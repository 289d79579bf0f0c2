import Domain
import EngineAPI

/// What a granted authorization is good for, while a refused setting is being mended.
struct GrantedAccess: Sendable, Hashable {
    let state: String
    let baseURL: String
    let apiKey: Secret
    let instance: InstanceID?

    init(state: String, draft: InstanceDraft, instance: InstanceID?) {
        self.state = state
        baseURL = draft.configuration.baseURL
        apiKey = draft.configuration.apiKey
        self.instance = instance
    }

    func fits(_ draft: InstanceDraft, _ instance: InstanceID?) -> Bool {
        self == GrantedAccess(state: state, draft: draft, instance: instance)
    }
}

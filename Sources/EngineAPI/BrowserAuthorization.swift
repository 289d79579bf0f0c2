package import Primitives

/// An authorization that a person grants in a browser: begun here, ended by the redirect or by what they paste.
package struct BrowserAuthorization: Sendable, Hashable {
    /// Names it; unguessable, and comes back with the redirect.
    package let state: String
    /// The address that the person opens.
    package let url: String
    /// Where Salesforce sends the browser afterwards; the exchange of the code names the very same address.
    package let redirectURL: String
    /// Nothing is taken after this moment.
    package let expires: Timestamp

    package init(state: String, url: String, redirectURL: String, expires: Timestamp) {
        self.state = state
        self.url = url
        self.redirectURL = redirectURL
        self.expires = expires
    }
}

/// How far an authorization is. One that was used, given up or is too old is not there any more.
package enum AuthorizationProgress: Sendable, Hashable {
    /// Nobody has answered yet.
    case waiting
    /// Ready to connect an instance, once: see `InstanceDraft.authorizationState`.
    case granted
    /// The org said no; one sentence with the next step.
    case refused(reason: String)
}

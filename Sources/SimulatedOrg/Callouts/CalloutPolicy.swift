import Primitives

/// How the org's callouts go astray.
package struct CalloutPolicy: Sendable, Equatable {
    /// Seconds between commit and callout.
    package var delaySeconds = 0
    /// Percent of the messages that are sent twice.
    package var duplicatePercent = 0
    /// Percent of the messages that are never sent.
    package var lossPercent = 0
    /// Whether messages that are due together go out in random order.
    package var reorders = false
    /// How often a message is tried; the generated sender gives up after five.
    package var attempts = 5

    package init() {}
}

/// A standing order to post an object's changes as SOAP, without Apex.
package struct OutboundMessageRule: Sendable, Equatable {
    package var object: String
    package var url: String
    package var fields: [String]

    package init(object: String, url: String, fields: [String]) {
        self.object = object
        self.url = url
        self.fields = fields
    }
}

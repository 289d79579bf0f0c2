package import Domain
import Primitives

/// The Apex that makes an org report its changes to Signalbox: relay, sender, test, one trigger an object, remote site.
///
/// Names carry a suffix of the instance's own, so that several instances can watch one org.
package struct ApexPackage: Sendable, Hashable {
    /// What is written into the classes; the live API version when this was written.
    package static let apiVersion = "66.0"

    package let instanceName: String
    /// Where the org posts to.
    package let receiverURL: String
    /// The receiver secret without `whsec_`: base64 of the key.
    package let secret: Secret
    /// Letters and digits that make the names unique.
    package let suffix: String
    /// API names, each at most once.
    package let objects: [String]

    /// Nil if the secret isn't a `whsec_` secret.
    package init?(
        instanceName: String,
        receiverURL: String,
        receiverSecret: Secret,
        suffix: String,
        objects: [String]
    ) {
        let text = receiverSecret.exposed
        let secret = text.hasPrefix("whsec_") ? String(text.dropFirst(6)) : text
        guard Base64.decode(secret) != nil else { return nil }
        self.instanceName = instanceName
        self.receiverURL = receiverURL
        self.secret = Secret(secret)
        self.suffix = suffix
        self.objects = objects
    }

    package var relayName: String { "Signalbox\(suffix)Relay" }
    package var senderName: String { "Signalbox\(suffix)Sender" }
    package var testName: String { "Signalbox\(suffix)RelayTest" }
    /// Of the address, not of the instance: an org lists an address once, whoever posts to it.
    package var siteName: String { Self.siteName(of: receiverURL) }

    /// The site of a receiver's address.
    package static func siteName(of receiverURL: String) -> String {
        "SignalboxSite" + checksum(siteURL(of: receiverURL))
    }

    /// Trigger names are at most 40 characters and hold no two underscores in a row; an object name that has to be
    /// changed for that is told apart by a checksum, as others may come to look the same.
    package func triggerName(_ object: String) -> String {
        let bare = object.split(separator: "_").joined()
        let prefix = "Signalbox\(suffix)"
        let room = 40 - prefix.count
        guard bare != object || bare.count > room else { return prefix + bare }
        let checksum = Self.checksum(object)
        return prefix + bare.prefix(room - checksum.count) + checksum
    }

    /// Keeps names apart by a few letters and digits.
    private static func checksum(_ text: String) -> String {
        String(text.utf8.reduce(UInt32(5381)) { $0 &* 33 &+ UInt32($1) }, radix: 36)
    }

    /// Scheme and host of the receiver: what a remote site setting wants.
    package var siteURL: String { Self.siteURL(of: receiverURL) }

    private static func siteURL(of receiverURL: String) -> String {
        let url = HTTPAddress.withLowercasedHost(receiverURL)
        let scheme = url.hasPrefix("http://") ? "http" : "https"
        return "\(scheme)://\(HTTPAddress.authority(of: url) ?? "")"
    }

    package var classNames: [String] { [relayName, senderName, testName] }
    package var triggerNames: [String] { objects.map(triggerName) }
}

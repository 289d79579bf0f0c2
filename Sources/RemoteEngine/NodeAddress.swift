package import Domain

/// Where a node is, and what it is asked with.
package struct NodeAddress: Sendable, Hashable, SecretBearing {
    /// Scheme, host and port, with a path where a proxy has one; no slash at the end.
    package let url: String
    /// The management user secret.
    package let token: Secret
    /// A socket of this machine by which it is asked in place of `url`.
    package let socket: String?

    package init(url: String, token: Secret, socket: String? = nil) {
        self.url = url
        self.token = token
        self.socket = socket
    }

    /// What the paths of requests go on from: `url`, or the socket as an address of the client's.
    package var base: String {
        guard let socket else { return url }
        let host = socket.utf8.map { byte -> String in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: return String(Character(Unicode.Scalar(byte)))
            default: return (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return "http+unix://" + host.joined()
    }

    /// What a person hears whose address leads to something else than the management API; nil where that may be what answered.
    package static func stranger(at url: String, status: Int, message: String?) -> String? {
        guard let message else {
            // What stands in front of a node may answer for it.
            if [502, 503, 504].contains(status) { return nil }
            return "What answers at \(url) is no Signalbox (it answered \(status)); name the management API of a node."
        }
        guard status == 404, message.contains("webhooks go to /") else { return nil }
        return
            "What answers at \(url) receives webhooks; name the management API of that node, by default at port 8181."
    }

    /// What a person hears whose token is wrong.
    package static func refusesToken(at url: String) -> String {
        "The node at \(url) refuses the token; `signalbox credentials` beside it shows the right one."
    }
}

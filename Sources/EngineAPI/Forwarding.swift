/// A call that one node hands to another one, which works for the instance that it is about.
package enum Forwarding {
    /// Whether the call came from another node: it is answered here, whoever holds the instance by now, so that no call goes
    /// round in circles.
    @TaskLocal package static var isForwarded = false

    /// Names who asked, as the first node knows it. It is believed of whoever has the management secrets, beside other nodes.
    package static let header = "Signalbox-Forwarded-For"

    /// What may stand in the header of an actor's name: printable ASCII, and not too much of it.
    package static func cleaned(_ actor: String) -> String {
        String(actor.unicodeScalars.filter { (0x20...0x7E).contains($0.value) }.prefix(200).map(Character.init))
    }
}

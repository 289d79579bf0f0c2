import Crypto
import Primitives

extension Callout {
    /// The headers of an attempt at this time; the signature covers id, second and body.
    package func headers(at now: Stamp) -> [String: String] {
        switch kind {
        case .outboundMessage: return ["Content-Type": "text/xml; charset=utf-8", "SOAPAction": "\"\""]
        case .trigger:
            let signed = Array("\(messageID).\(now).".utf8) + body
            let mac = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: secret))
            return [
                "Content-Type": "application/json; charset=utf-8", "webhook-id": messageID,
                "webhook-timestamp": String(now), "webhook-signature": "v1,\(Base64.encode(mac))",
            ]
        }
    }

    /// Whether an answer ends the message.
    package func isDone(status: Int, body: [UInt8]) -> Bool {
        guard (200..<300).contains(status) else { return false }
        guard kind == .outboundMessage else { return true }
        return XMLText.elements("Ack", in: String(decoding: body, as: UTF8.self)).first == "true"
    }
}

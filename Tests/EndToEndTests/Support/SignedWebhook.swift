import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import Primitives

extension HTTPClientRequest {
    /// A webhook that is signed at this moment, as Standard Webhooks has it.
    static func signedWebhook(_ body: JSON, id: String, key: SymmetricKey, to url: String) -> HTTPClientRequest {
        let seconds = Int64(Date().timeIntervalSince1970)
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(id).\(seconds).\(body.text)".utf8), using: key)
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "webhook-id", value: id)
        request.headers.add(name: "webhook-timestamp", value: "\(seconds)")
        request.headers.add(name: "webhook-signature", value: "v1,\(Base64.encode(code))")
        request.body = .bytes(ByteBuffer(bytes: body.bytes))
        return request
    }
}

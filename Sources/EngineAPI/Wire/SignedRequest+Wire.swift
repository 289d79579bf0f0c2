import Domain
import Primitives

extension SignedRequest: WireObject {
    package static var wireName: String { "SignedRequest" }
    package static var members: [WireMember<SignedRequest>] {
        [
            .init("url", \.url), .init("headers", \.headers), .init("body", \.wireBody), .init("signedAt", \.signedAt),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            url: try members("url"),
            headers: try members("headers"),
            body: try members("body", as: WireBytes.self).bytes,
            signedAt: try members("signedAt")
        )
    }

    private var wireBody: WireBytes { WireBytes(body) }
}

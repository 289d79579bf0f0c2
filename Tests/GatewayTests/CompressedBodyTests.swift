import Domain
import HTTPTypes
import Primitives
import Testing

@testable import Gateway

/// No body is unpacked: one that says that it is compressed is refused by that name.
struct CompressedBodyTests {
    @Test(arguments: ["gzip", "br", "GZIP, identity"])
    func `a webhook is refused`(coding: String) async throws {
        let fixture = Fixture()
        let instance = try await fixture.makeInstance()
        let path = ReceiverTests().path(instance)
        // Signed as it is sent, and before it was compressed.
        for body in [ReceiverTests.body, "\u{1F}\u{8B}"] {
            var headers = ReceiverTests.sign(ReceiverTests.body, secret: instance.receiverSecret.exposed)
            headers[.contentEncoding] = coding
            let answer = try await fixture.webhook(.post, path, body, headers: headers)
            #expect(answer.status == 415)
            #expect(answer.message?.contains("Content-Encoding: \(coding.lowercased().prefix(2))") == true)
            #expect(answer.header("Accept-Encoding") == "identity")
        }
        var headers = ReceiverTests.sign(ReceiverTests.body, secret: instance.receiverSecret.exposed)
        headers[.contentEncoding] = "identity"
        let plain = try await fixture.webhook(.post, path, ReceiverTests.body, headers: headers)
        #expect(plain.status == 202)
    }

    @Test func `a call of the management API is refused`() async throws {
        let fixture = Fixture()
        let answer = try await fixture.call(.post, "/instances", "{}", headers: [.contentEncoding: "gzip"])
        #expect(answer.status == 415)
        #expect(answer.message == "The body comes with Content-Encoding: gzip; send it as it is, without one.")
    }
}

import Domain
import EngineAPI
import Foundation
import HTTPTypes
import Logging
import NIOCore
import Primitives
import TestSupport
import Testing

@testable import Gateway

/// Whatever anybody sends to the two listeners who can reach them.
@Suite(.timeLimit(.minutes(20)))
struct HostileRequestTests {
    @Test func `addresses, headers and bodies of any kind are read or refused`() async {
        let parts = [
            "/instances", "/", "?", "&", "=", "%", "%2", "%41", "%00", "%C3", "%FF", "+", "#", "[]", "[0]", "id", ",",
            "Bearer ", "User ", "Organization ", "Element ", "secret", "..", "//",
        ]
        let credentials = Fixture.credentials
        await Fuzz.run("requests", rounds: 2000) { hostile, note in
            let text = String(decoding: hostile.damaged(hostile.words(of: parts, atMost: 12)), as: UTF8.self)
            note(text)
            if let target = RequestTarget(text) {
                #expect(target.segments.allSatisfy { !$0.utf8.contains { $0 < 0x20 } })
                _ = target.list("id")
                _ = target["id"]
            }
            #expect(Authorization(text).principal(credentials) == nil)
            let settings = ConfigurationKey.allCases.randomElement(using: &hostile.random)?.rawValue ?? ""
            let body =
                "{\"element\":{\"key\":\"sfdc\"},\"name\":\(hostile.json()),\"tags\":\(hostile.json()),"
                + "\"providerData\":\(hostile.json()),\"configuration\":{\"\(settings)\":\(hostile.json())}}"
            note(body)
            guard let json = try? JSON(parsing: body) else { return }
            do {
                #expect(
                    try DraftReader.created(json, needsElement: true).name.utf8.count <= 4 * PlainName.maximumLength
                )
            } catch {
                #expect(APIError(error).status.code / 100 == 4, "\(error)")
            }
        }
    }

    @Test func `bytes of any kind are answered in the 400s or not at all, and the next request is served`() async throws
    {
        let json = #"{"operation":"insert","object":"Account","records":[{"Id":"001000000000001AAA"}]}"#
        let heads = [
            "POST /elements/api-v2/events/sfdc/nobody HTTP/1.1\r\n", "GET /elements/api-v2/instances HTTP/1.1\r\n",
            "OPTIONS * HTTP/1.1\r\n", "POST /elements/api-v2/instances HTTP/1.0\r\n",
        ]
        let fields = [
            "Host: localhost\r\n", "Connection: close\r\n", "Content-Type: application/json\r\n",
            "Expect: 100-continue\r\n",
            "Transfer-Encoding: chunked\r\n", "Content-Length: \(json.utf8.count)\r\n", "Content-Length: 0\r\n",
            "Upgrade: h2c\r\n", "Authorization: Bearer x\r\n", "webhook-timestamp: 1\r\n", "\r\n",
        ]
        var requests: [[UInt8]] = []
        await Fuzz.run("bytes", rounds: 60) { hostile, _ in
            let lines = (0..<Int.random(in: 0...6, using: &hostile.random)).map { _ in hostile.one(of: fields, or: "") }
            let text =
                hostile.one(of: heads, or: "") + lines.joined() + "Host: localhost\r\nConnection: close\r\n\r\n" + json
            requests.append(hostile.damaged(text))
        }
        let log = LogLines()
        let sent = requests
        try await RunningListeners.run(requestTimeout: .seconds(2), logger: log.logger) { _, receiver, management in
            for (number, bytes) in sent.enumerated() {
                let address = number % 2 == 0 ? receiver : management
                let answer = try await RawConnection.open(port: RunningListeners.port(address), within: .seconds(20)) {
                    dialogue in
                    try? await dialogue.send(bytes)
                    dialogue.endSending()
                    return await dialogue.readAll()
                }
                let statuses = answer.matches(of: /HTTP\/1\.[01] ([0-9]{3})/).map { String($0.1) }
                let text = String(decoding: bytes, as: UTF8.self).debugDescription
                #expect(statuses.allSatisfy { "1234".contains($0.prefix(1)) }, "\(text): \(answer.prefix(300))")
            }
            let good = try await BrokenRequestTests.exchange(
                "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                at: management
            )
            #expect(good.hasPrefix("HTTP/1.1 200 "))
        }
        #expect(log.lines { $0 >= .error } == [])
    }
}

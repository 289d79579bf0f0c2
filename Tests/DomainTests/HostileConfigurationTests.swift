import Domain
import Primitives
import TestSupport
import Testing

/// Settings, keys and addresses as anybody may paste or post them.
struct HostileConfigurationTests {
    @Test func `they are read or refused in a clause, whatever they are`() async {
        let parts = [
            "-----BEGIN ", "PRIVATE KEY", "RSA ", "-----", "-----END ", "\n", "\\n", "MIIB", "AQAB", "=", "whsec_",
            "http://",
            "https://", "127.0.0.1", "[::1]", ":", "/", "@", "user", "?", "#", "%", "\"", "“", "0x7f", "0177.1",
            "例え.jp",
            ".", "-",
        ]
        await Fuzz.run("settings", rounds: 1500) { hostile, note in
            let text = String(decoding: hostile.damaged(hostile.words(of: parts, atMost: 14)), as: UTF8.self)
            note(text)
            let blocks = PEM.blocks(text).complete
            #expect(blocks.reduce(0) { $0 + $1.body.utf8.count } <= text.utf8.count)
            _ = PEM.normalized(text)
            let clauses = [
                SigningKeyText.fault(in: text), HTTPAddress.fault(in: text), HTTPAddress.callbackFault(in: text),
                PastedText.signatureKeyFault(PastedText.signatureKey(text)),
                PastedText.tokenFault(PastedText.cleaned(text, unquoting: true)),
            ]
            #expect(clauses.allSatisfy { $0?.isEmpty != true })
            _ = HTTPAddress.origin(of: text)
            _ = HTTPAddress.isLoopback(text)
            for key in ConfigurationKey.allCases {
                var configuration = InstanceConfiguration()
                _ = configuration.set(key, to: .string(text))
                #expect(configuration.masked.settings.count == configuration.settings.count)
            }
        }
    }

    @Test func `headers, filters and DER of any kind are read or refused`() async {
        await Fuzz.run("members", rounds: 1500) { hostile, note in
            let text = "{\"\(hostile.text())\":\(hostile.json()),\"X-\(hostile.text())\":\"\(hostile.text())\"}"
            note(text)
            if let headers = try? CallbackHeaders(parsing: text) { _ = "\(headers)" }
            if let json = try? JSON(parsing: text) {
                _ = try? EventFilter(json: json, now: .distantPast)
                _ = try? EventFilter(stored: json)
            }
            let bytes = (0..<Int.random(in: 0...60, using: &hostile.random)).map { _ in
                hostile.one(of: [0x30, 0x02, 0x82, 0x84, 0x85, 0x01, 0xFF, 0x00, 0x04, 0xA0], or: UInt8(0))
            }
            note(bytes.map(String.init).joined(separator: " "))
            #expect(Self.elements(DERReader(bytes), depth: 0) <= bytes.count * 60)
        }
    }

    private static func elements(_ reader: DERReader, depth: Int) -> Int {
        var (reader, count) = (reader, 0)
        while depth < 60, let content = reader.next() { count += 1 + elements(DERReader(content), depth: depth + 1) }
        return count
    }
}

import Domain
import Primitives
import TestSupport
import Testing

@testable import signalbox

struct HostileFileTests {
    @Test func `configuration files of any kind are read or refused in one sentence`() async {
        let parts =
            SettingKey.allCases.map { "\($0.rawValue): " } + [
                "\n", "5s", "99999999999d", "1h30m", ",", "[", "]", "true", "127.0.0.1:", "[::1]:", "65536", "- ", "'",
                "\"",
                "&a ", "*a ", "{", "never", "\t", "https://", "#",
            ]
        await Fuzz.run("configuration", rounds: 1500) { hostile, note in
            let text = String(decoding: hostile.damaged(hostile.words(of: parts, atMost: 20)), as: UTF8.self)
            note(text)
            do {
                let file = try ConfigurationFile(path: "f", yaml: text)
                _ = try Settings.resolve(options: [:], environment: ["HOME": "/nonexistent"], file: file)
            } catch {
                #expect(error is UsageError)
            }
        }
    }

    @Test(arguments: ["1e-300/s", "1e-300", "nan/s", "inf/s", "-1/s", "0x1p-1000/h", "0/s", "1e309/s", "0.5/h"])
    func `rates that no pause can be made of are refused`(_ text: String) {
        #expect(throws: UsageError.self) { try ReplayRate(parsing: text) }
    }

    @Test func `a signed timestamp at the end of all numbers is stale`() {
        let check = SignatureCheck(key: "whsec_AAAA")
        #expect(
            check.standardWebhooks(
                id: "a",
                timestamp: "-9223372036854775808",
                signature: "v1,AAAA",
                body: [],
                now: Timestamp(seconds: 1_795_456_800)
            ) == .invalid
        )
    }
}

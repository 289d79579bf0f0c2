import Drawing
import TestSupport
import Testing

@testable import Terminal

struct HostileInputTests {
    private static let parts = [
        "\u{1B}", "\u{1B}[", "\u{1B}[<", "\u{1B}O", "\u{1B}]", "\u{1B}P", "\u{1B}\\", ";", "M", "m", "~", "200~",
        "201~",
        "0", "35", "64", "255", "9223372036854775807", "9223372036854775808", "-1", "u", "A", "?", "\u{7F}", "é", "👨‍👩‍👧‍👦",
    ]

    @Test func `bytes of any kind become events, and no place lies beyond a screen`() async {
        await Fuzz.run("terminal", rounds: 4000) { hostile, note in
            let bytes = hostile.damaged(hostile.words(of: Self.parts, atMost: 20))
            note(bytes.map(String.init).joined(separator: " "))
            var decoder = InputDecoder()
            var events: [InputEvent] = []
            for byte in bytes {
                let code =
                    hostile.chance(1, in: 50) ? Int32.random(in: .min ... .max, using: &hostile.random) : Int32(byte)
                events += decoder.decode(code)
                if hostile.chance(1, in: 5) { events += decoder.endOfInput() }
            }
            events += decoder.endOfInput()
            for case .mouse(let event) in events {
                #expect((0..<65_535).contains(event.position.x))
                #expect((0..<65_535).contains(event.position.y))
            }
        }
    }

    @Test(arguments: ["9223372036854775807", "65536", "9223372036854775808", "0"])
    func `a mouse beyond every screen is no mouse`(_ place: String) {
        var decoder = InputDecoder()
        let events = "\u{1B}[<0;\(place);1M".utf8.flatMap { decoder.decode(Int32($0)) }
        #expect(events.isEmpty)
    }
}

import Drawing
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct RawBytesTests {
    private func lines(_ raw: RawBytes, _ width: Int) -> [String] {
        (0..<raw.count).flatMap { raw.lines(of: $0, width: width).map(\.text.string) }
    }

    @Test func `text stands as it was sent, line by line, and hostile bytes as marks`() {
        let raw = RawBytes(Array("{\"a\":1}\r\nzwei\t\u{1B}[31m\n".utf8) + [0xFF, 0xC3], isHex: false, width: 40)
        #expect(lines(raw, 40) == ["{\"a\":1}", "zwei    ␛[31m", "��"])
    }

    @Test func `digits have offsets and letters`() {
        let raw = RawBytes(Array(0..<20), isHex: true, width: 80)
        #expect(raw.count == 2)
        let text = lines(raw, 80)
        #expect(text[0] == "00000000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  ................")
        #expect(text[1].hasPrefix("00000010  10 11 12 13 ") && text[1].hasSuffix("...."))
        #expect(lines(RawBytes([], isHex: true, width: 80), 80) == ["Empty."])
    }

    @Test(arguments: 0..<40)
    func `at any width every byte has its place, and no row is wider than the room`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces = ["plain text ", "é", "ß", "東京", "👩‍👩‍👧", "e\u{301}", "\t", "\n", "\r\n", "\u{202E}", "ไทย", "\u{0}"]
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...300, using: &random) {
            if Int.random(in: 0..<6, using: &random) == 0 {
                bytes.append(UInt8.random(in: 0...255, using: &random))
            } else {
                bytes += Array((pieces.randomElement(using: &random) ?? "").utf8)
            }
        }
        for width in [10, 23, 56, 91] {
            for isHex in [false, true] {
                let raw = RawBytes(bytes, isHex: isHex, width: width)
                let rows = (0..<raw.count).flatMap { raw.lines(of: $0, width: width) }
                #expect(rows.allSatisfy { $0.width <= max(width, isHex ? 28 : 0) }, "seed \(seed) width \(width)")
            }
            let text = lines(RawBytes(bytes, isHex: false, width: width), width).joined()
            let letters = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter {
                $0.isASCII && $0.value > 0x20 && $0.value < 0x7F
            }
            #expect(text.unicodeScalars.filter { $0.isASCII && $0.value > 0x20 }.elementsEqual(letters), "seed \(seed)")
        }
    }
}

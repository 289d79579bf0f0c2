import Primitives
import Testing

@testable import SimulatedOrg

struct DeflatedTests {
    private static let data = deflatedZeros(copies: 2)
    private static let size = 1 + 2 * 258

    @Test func `Data that just fits is unpacked, one byte less is refused`() throws {
        let unpacked = try Deflated.unpacked(Self.data[...], limit: Self.size)
        #expect(unpacked == [UInt8](repeating: 0, count: Self.size))
        #expect(throws: Deflated.Failure.tooLarge) {
            try Deflated.unpacked(Self.data[...], limit: Self.size - 1)
        }
    }

    @Test func `Every cut is broken, and what follows is counted`() {
        for count in 0..<Self.data.count {
            #expect(throws: Deflated.Failure.broken) { try Deflated.unpacked(Self.data[..<count], limit: Self.size) }
        }
        #expect(throws: Deflated.Failure.trailing(3)) {
            try Deflated.unpacked((Self.data + [1, 2, 3])[...], limit: Self.size)
        }
    }

    @Test(
        arguments: [
            ("a block of the kind that doesn't exist", [0x07]),
            ("a stored block with a wrong length", [1, 5, 0, 0, 0, 1]),
            ("a copy from before the beginning", [0x03, 0x02, 0x00]), ("text", Array("as it is".utf8)),
        ] as [(String, [UInt8])]
    )
    func `What isn't DEFLATE is broken`(what: String, data: [UInt8]) {
        #expect(throws: Deflated.Failure.broken, "\(what)") { try Deflated.unpacked(data[...], limit: 1_000) }
    }

    @Test func `Checksums are those of zips`() {
        #expect(Deflated.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(Deflated.checksum([]) == 0)
        #expect(Deflated.checksum(Self.data) == crc32(Self.data))
    }
}

import Primitives
import Testing

struct InvisibleScalarTests {
    @Test(
        arguments: [
            0x00, 0x0A, 0x1B, 0x7F, 0x85, 0x9B, 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x180B, 0x180E, 0x200B,
            0x200D,
            0x200F, 0x2028, 0x2029, 0x202E, 0x2060, 0x2065, 0x2069, 0x206F, 0x3164, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9,
            0xFFFA,
            0xFFFB, 0x1D173, 0xE0001, 0xE0041, 0xE007F, 0xE0100,
        ] as [UInt32]
    )
    func `nothing of it shows`(value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        #expect(scalar.isInvisible)
    }

    @Test func `letters, marks and blanks show`() {
        for scalar in " ~aé\u{301}東\u{A0}\u{3000}\u{2800}😀\u{FFFC}\u{E000}".unicodeScalars {
            #expect(!scalar.isInvisible, "\(String(scalar.value, radix: 16))")
        }
    }
}

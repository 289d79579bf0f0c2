import Primitives
import Testing

struct FreeSpaceTests {
    @Test(
        arguments: [
            (2, 4096, 8192), (0, 4096, 0), (UInt64.max, 1, Int64.max), (.max, 4096, .max), (1 << 52, 4096, .max),
            (.max, .max, .max), (.max, 0, 0),
        ] as [(UInt64, UInt64, Int64)]
    )
    func `what a file system says is cut to what can be counted`(blocks: UInt64, size: UInt64, bytes: Int64) {
        #expect(FreeSpace.bytes(blocks: blocks, each: size) == bytes)
    }

    @Test func `it is told of places that are there`() {
        #expect(FreeSpace(at: "/")?.bytes ?? -1 >= 0)
        #expect(FreeSpace(at: "/nothing/there") == nil)
    }
}

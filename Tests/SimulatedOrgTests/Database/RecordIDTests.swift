import Primitives
import SimulatedOrg
import Testing

struct RecordIDTests {
    @Test func `Ids carry the right check characters`() {
        for (short, long) in [
            ("001D000000IqhSL", "001D000000IqhSLIAZ"), ("a00xx0000004Gvq", "a00xx0000004GvqAAE"),
            ("006R0000002kLmN", "006R0000002kLmNIAU"),
        ] {
            #expect(RecordID.normalised(short) == long)
        }
    }
}

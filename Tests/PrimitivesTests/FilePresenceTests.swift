import Glibc
import Primitives
import Testing

struct FilePresenceTests {
    @Test func `what can't be looked at is neither there nor missing`() {
        #expect(FilePresence(of: "/") == .there)
        #expect(FilePresence(of: "/nonexistent/file") == .missing)
        // There can be nothing below a file.
        #expect(FilePresence(of: "/dev/null/file") == .missing)
        // Root as well is refused that.
        let name = String(repeating: "x", count: 300)
        #expect(FilePresence(of: "/" + name) == .unknown(ENAMETOOLONG))
    }

    @Test func `a file that is missing is told from one that can't be read`() {
        #expect(BoundedFile.Fault.unreadable(ENOENT).clause == "isn't there")
        #expect(BoundedFile.Fault.unreadable(EACCES).clause == "can't be read (Permission denied)")
    }
}

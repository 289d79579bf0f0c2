import Foundation
import Glibc
import Primitives
import TestSupport
import Testing

/// Files that are written whole or not at all.
struct OwnedFileTests {
    @Test func `a file that takes only a part of it says why, whatever was said before`() throws {
        var ends: [CInt] = [-1, -1]
        let made = unsafe pipe(&ends)
        try #require(made == 0)
        defer { for end in ends { close(end) } }
        let isUnblocked = fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0
        try #require(isUnblocked)
        // More than a pipe holds: the first write takes what fits.
        let bytes = [UInt8](repeating: 0x61, count: 4 << 20)
        errno = EISDIR
        let isWritten = OwnedFile.write(bytes[...], to: ends[1])
        let code = errno
        #expect(!isWritten && code == EAGAIN)
        var taken = [UInt8](repeating: 0, count: bytes.count)
        let count = unsafe read(ends[0], &taken, taken.count)
        #expect(count > 0 && count < bytes.count)
    }

    @Test(arguments: [false, true])
    func `what can't be put in its place says why and leaves nothing beside it`(isDurable: Bool) throws {
        let directory = try ScratchDirectory()
        let place = directory.path + "/place"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        let isReplaced = OwnedFile.replace(place, with: [0x61], isDurable: isDurable)
        let code = errno
        #expect(!isReplaced && code == EISDIR)
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(names == ["place"])
    }

    @Test(arguments: [false, true])
    func `a file takes the place of what stood there`(isDurable: Bool) throws {
        let directory = try ScratchDirectory()
        try directory.write("before", to: "place")
        let isReplaced = OwnedFile.replace(directory.path + "/place", with: Array("after".utf8), isDurable: isDurable)
        let bytes = FileManager.default.contents(atPath: directory.path + "/place")
        #expect(isReplaced && bytes == Data("after".utf8))
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(names == ["place"])
    }
}

import FoundationEssentials
import Glibc
import Primitives
import TestSupport
import Testing

@testable import signalbox

struct DoctorTests {
    @Test func `files that others may read are named with the command that closes them`() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/data"
        _ = unsafe mkdir(path, 0o755)
        for (name, mode) in [("key", 0o644), ("credentials.json", 0o600)] {
            _ = FileManager.default.createFile(atPath: "\(path)/\(name)", contents: Data())
            _ = unsafe chmod("\(path)/\(name)", mode_t(mode))
        }
        let findings = DirectoryExamination(path).findings
        #expect(
            findings.dropLast().map(\.sentence) == [
                "\(path) is open to other users; close it with `chmod 700 \(path)`.",
                "\(path)/key is open to other users; close it with `chmod 600 \(path)/key`.",
            ]
        )
        #expect(findings.dropLast().map(\.verdict) == [.warning, .failed])
        #expect(findings.last?.subject == "disk")
    }

    @Test func `a directory that isn't there is no fault, a file in its place is`() throws {
        let scratch = try ScratchDirectory()
        #expect(DirectoryExamination(scratch.path + "/none").findings.map(\.verdict) == [.sound])
        let file = scratch.path + "/file"
        _ = FileManager.default.createFile(atPath: file, contents: Data())
        #expect(DirectoryExamination(file).findings.map(\.verdict) == [.failed])
    }

    @Test(
        arguments: [
            ("/data/signalbox", "nfs4"), ("/data", "nfs4"), ("/database", "ext4"), ("/with space/x", "cifs"),
            ("/top/x", "9p"),
        ]
    )
    func `a path is on the file system of the longest place above it`(_ path: String, _ kind: String) {
        let mounts = """
            /dev/vda / ext4 rw 0 0
            server:/export /data nfs4 rw 0 0
            //server/share /with\\040space cifs rw 0 0
            tmpfs /top tmpfs rw 0 0
            host /top 9p rw 0 0
            """
        #expect(DirectoryExamination.fileSystem(of: path, in: mounts) == kind)
    }

    @Test(
        arguments: [
            ([], .warning), ([0, 5], .sound), ([-59], .sound), ([60, 1], .warning), ([-299], .warning),
            ([2, -300], .failed), ([86_400], .failed),
        ] as [([Int64], Finding.Verdict)]
    )
    func `the clock that is furthest off counts`(_ ahead: [Int64], _ verdict: Finding.Verdict) {
        #expect(ClockExamination.verdict(ahead).map(\.verdict) == [verdict])
    }

    @Test func `a line says what, how and what to do; outside text can't steer the terminal`() {
        let finding = Finding.failed("instance 7", "The org said \u{1B}[31mno.")
        #expect(finding.line.hasPrefix("FAILED   instance 7  "))
        #expect(finding.line.hasSuffix("The org said ␛[31mno."))
        #expect(finding.json["verdict"]?.string == "failed")
    }
}

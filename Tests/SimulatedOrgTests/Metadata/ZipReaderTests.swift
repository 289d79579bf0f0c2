import Primitives
import Testing

@testable import SimulatedOrg

struct ZipReaderTests {
    private static let content = Array("as it is".utf8)

    @Test func `Zips are read stored and deflated`() throws {
        let files = try ZipReader.files(in: try #require(Vectors.zipBytes))
        #expect(files["stored.txt"] == Array("as it is".utf8))
        #expect(files["short.txt"] == Array("aaaaaaaaaaaaaaaaaaaa".utf8))
        let text = String(decoding: files["package.xml"] ?? [], as: UTF8.self)
        #expect(text.utf8.count == Vectors.packageLength)
        let words: Set = ["alpha", "beta", "gamma", "delta", "trigger", "class"]
        #expect(text.split(whereSeparator: \.isWhitespace).allSatisfy { words.contains(String($0)) })
    }

    @Test func `Folders and a comment at the end are passed over`() throws {
        var bytes = SampleZip([.init("classes/", []), .init("classes/a", Self.content)]).bytes
        bytes.replaceSubrange(bytes.count - 2..<bytes.count, with: [3, 0] + Array("end".utf8))
        #expect(try ZipReader.files(in: bytes) == ["classes/a": Self.content])
    }

    struct Flaw: Sendable {
        let what: String
        let reason: String
        let change: @Sendable (inout SampleZip.Entry) -> Void

        init(_ what: String, _ reason: String, change: @escaping @Sendable (inout SampleZip.Entry) -> Void) {
            self.what = what
            self.reason = reason
            self.change = change
        }
    }

    @Test(arguments: [
        Flaw("an entry with a wrong checksum", "wrong checksum") { $0.checksum ^= 1 },
        Flaw("an entry with another size", "another size") { $0.size += 1 },
        Flaw("an encrypted entry", "encrypted") { $0.flags = 1 },
        Flaw("an unknown method", "compression method 9") { $0.method = 9 },
        Flaw("data that isn't DEFLATE", "doesn't unpack") { $0.method = 8 },
        Flaw("a place beyond the end", "isn't where the directory says") { $0.start = 1 << 31 },
        Flaw("a place that is none", "isn't where the directory says") { $0.start = 7 },
        Flaw("a path without end", "longer than 1024 bytes") { $0.name = String(repeating: "a/", count: 600) + "a" },
    ])
    func `What is wrong with an entry is named`(flaw: Flaw) {
        var entry = SampleZip.Entry("stored.txt", Self.content)
        flaw.change(&entry)
        let error = #expect(throws: ZipReader.Failure.self) {
            try ZipReader.files(in: SampleZip([entry]).bytes)
        }
        #expect(error?.reason.contains(flaw.reason) == true, "\(flaw.what): \(error?.reason ?? "-")")
    }

    @Test func `One path twice is refused, not the last one taken`() {
        let zip = SampleZip([.init("a", Self.content), .init("a", Array("other".utf8))])
        #expect(throws: ZipReader.Failure(reason: "entry a is there twice")) { try ZipReader.files(in: zip.bytes) }
    }

    @Test func `A bomb ends at the size that it admits to, or at the limit`() {
        // A hundred megabytes from less than seven hundred kilobytes.
        let bomb = deflatedZeros(copies: 400_000)
        var liar = SampleZip.Entry("liar", Array(repeating: 0, count: 10), deflated: bomb)
        #expect(throws: ZipReader.Failure(reason: "entry liar unpacks to more than it says")) {
            try ZipReader.files(in: SampleZip([liar]).bytes)
        }
        liar.size = 1 + 400_000 * 258
        #expect(throws: ZipReader.Failure(reason: "unpacks to more than 1000000 bytes")) {
            try ZipReader.files(in: SampleZip([liar]).bytes, maximumSize: 1_000_000)
        }
    }

    @Test func `The limit is for all entries together`() throws {
        let entry = SampleZip.Entry("a", Array(repeating: 0, count: 1 + 258), deflated: deflatedZeros(copies: 1))
        var other = entry
        other.name = "b"
        let zip = SampleZip([entry, other]).bytes
        #expect(try ZipReader.files(in: zip, maximumSize: 518).count == 2)
        #expect(throws: ZipReader.Failure.self) { try ZipReader.files(in: zip, maximumSize: 517) }
    }

    @Test func `Entries that share their data are refused`() {
        var zip = SampleZip((0..<9).map { SampleZip.Entry("\($0)", Array(repeating: 7, count: 1_000)) })
        let whole = zip.bytes
        for index in zip.entries.indices { zip.entries[index].start = 0 }
        #expect(throws: Never.self) { try ZipReader.files(in: whole) }
        // The data of the first alone, to which nine lines of the directory point.
        let start = 30 + 1 + 1_000
        let directory = zip.bytes.dropFirst(9 * start)
        var shared = Array(whole[..<start]) + directory
        let place = shared.count - 6
        shared.replaceSubrange(place..<place + 4, with: [UInt8(start & 0xFF), UInt8(start >> 8), 0, 0])
        #expect(throws: ZipReader.Failure.self) { try ZipReader.files(in: shared) }
    }

    @Test func `A flipped bit or a cut is refused or harmless, never another content`() throws {
        let bytes = try #require(Vectors.zipBytes)
        let contents = Set(try ZipReader.files(in: bytes).values)
        for position in bytes.indices {
            var changed = bytes
            changed[position] ^= 1 << (position % 8)
            let found = (try? ZipReader.files(in: changed)).map { Set($0.values) } ?? []
            #expect(found.isSubset(of: contents), "bit \(position % 8) of byte \(position)")
        }
        for cut in stride(from: 1, to: bytes.count, by: 7) {
            let found = (try? ZipReader.files(in: Array(bytes.prefix(cut)) + Array(bytes.suffix(22)))) ?? [:]
            #expect(Set(found.values).isSubset(of: contents), "cut at \(cut)")
        }
    }
}

import Primitives
import Testing

@testable import SimulatedOrg

struct MultipartBodyTests {
    private let type = "multipart/form-data; boundary=\"B\""

    private func parts(_ body: String, type: String? = nil) -> [String]? {
        MultipartBody.parts(Array(body.utf8), contentType: type ?? self.type)?
            .map { String(decoding: $0.content, as: UTF8.self) }
    }

    @Test func `Parts come with their headers and without the line break behind them`() throws {
        let body = "--B\r\nContent-Type: text/plain\r\nX-A:b\r\n\r\none\r\n\r\n--B\r\n\r\n\r\n--B--\r\n"
        let found = try #require(MultipartBody.parts(Array(body.utf8), contentType: type))
        #expect(found.map(\.headers) == [["content-type": "text/plain", "x-a": "b"], [:]])
        #expect(parts(body) == ["one\r\n", ""])
    }

    @Test(arguments: [
        ("--B\r\n\r\none\r\n--B--", "text/plain; boundary=B"), ("--B\r\n\r\none\r\n--B--", "multipart/form-data"),
        ("--B\r\n\r\none\r\n--B--", "multipart/form-data; boundary="),
        ("--B\r\n\r\none", "multipart/form-data; boundary=B"),
        ("", "multipart/form-data; boundary=B"),
    ])
    func `What is no multipart body has no parts`(body: String, type: String) {
        #expect(parts(body, type: type) == nil)
    }

    @Test func `A part without an end to its headers is passed over`() {
        #expect(parts("--B\r\nContent-Type: x\r\n--B\r\n\r\ntwo\r\n--B--") == ["two"])
    }
}

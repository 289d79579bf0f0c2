import Primitives
import Testing

@testable import signalbox

/// `--set KEY=VALUE`.
struct SettingArgumentsTests {
    @Test(arguments: ["event.objects=X=Y", " event.objects =X=Y", "\tevent.objects=X=Y"])
    func `a key has no blanks around it, and the value is all behind the first sign`(_ text: String) throws {
        let body = try SettingArguments.merged([text], into: ["configuration": ["event.objects": "Lead"]])
        #expect(body["configuration"] == ["event.objects": "X=Y"])
    }

    @Test func `a value keeps its blanks, which may belong to it`() throws {
        let body = try SettingArguments.merged(["oauth.user.password= p "], into: nil)
        #expect(body["configuration"]?["oauth.user.password"]?.string == " p ")
    }

    @Test(arguments: ["=X", " =X", "event.objects", ""])
    func `what has no key or no sign is wrong use`(_ text: String) {
        #expect(throws: UsageError.self) { try SettingArguments.merged([text], into: nil) }
    }
}

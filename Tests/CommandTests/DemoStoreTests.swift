import Domain
import Primitives
import Store
import TestSupport
import Testing

@testable import signalbox

/// Into which stores the demo comes.
@Suite(.timeLimit(.minutes(20)))
struct DemoStoreTests {
    private static func instance(_ id: InstanceID, _ tags: [String], _ baseURL: String) -> Instance {
        var configuration = InstanceConfiguration()
        configuration.baseURL = baseURL
        return Instance(
            id: id,
            name: "Our org",
            tags: tags,
            token: "element-token",
            configuration: configuration,
            receiverToken: "receiver-token",
            receiverSecret: "whsec_c2VjcmV0",
            createdDate: Timestamp(seconds: 1_700_000_000),
            updatedDate: Timestamp(seconds: 1_700_000_000)
        )
    }

    @Test(
        arguments: [
            ([], "https://login.salesforce.com", false), (["demo"], "https://login.salesforce.com", false),
            (["demo"], "http://127.0.0.1:4711", true),
        ] as [([String], String, Bool)]
    )
    func `the demo comes into no store that has an instance of somebody's`(
        _ tags: [String],
        _ baseURL: String,
        _ isOwn: Bool
    ) async throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        let settings = Settings(dataDirectory: directory.path)
        let store = try SQLiteStore(directory: directory.path, logger: .quiet)
        _ = try await store.createInstance { Self.instance($0, tags, baseURL) }
        try await store.close()
        let refusal = await offThread { () -> UsageError? in
            do {
                try DemoCommand.checkStore(settings)
                return nil
            } catch { return error as? UsageError ?? UsageError("\(error)") }
        }
        #expect((refusal == nil) == isOwn)
        if let refusal { #expect(refusal.message.contains("that is not the demo's, “Our org”"), "\(refusal)") }
    }
}

package import Domain
import Primitives

/// What is asked of `metadata/deployRequest`: a zip and how to deploy it.
///
/// Source: Metadata API developer guide, "Deploy with REST". The JSON part is named `entity_content`, as the Salesforce
/// CLI's own client sends it.
package struct DeployRequest: Sendable, Hashable {
    package let files: [ApexFile]
    /// The tests that must pass and cover. Without any, the org decides by what is deployed: where nothing is but removed,
    /// none run. To ask for that is refused in production: "testLevel of NoTestRun cannot be used in production
    /// organizations".
    package let tests: [String]
    /// Nothing is tested, which development orgs allow.
    package let skipsTests: Bool
    /// Validates without changing anything.
    package let checkOnly: Bool

    package init(files: [ApexFile], tests: [String], skipsTests: Bool = false, checkOnly: Bool = false) {
        self.files = files
        self.tests = tests
        self.skipsTests = skipsTests
        self.checkOnly = checkOnly
    }

    private var options: JSON {
        var members: [JSON.Member] = [
            .init("allowMissingFiles", false), .init("autoUpdatePackage", false), .init("checkOnly", .bool(checkOnly)),
            .init("ignoreWarnings", true), .init("performRetrieve", false), .init("purgeOnDelete", false),
            .init("rollbackOnError", true), .init("singlePackage", true),
        ]
        if skipsTests {
            members.append(.init("testLevel", "NoTestRun"))
        } else if !tests.isEmpty {
            members.append(.init("testLevel", "RunSpecifiedTests"))
            members.append(.init("runTests", .array(tests.map { .string($0) })))
        }
        return ["deployOptions": .object(members)]
    }

    /// The multipart body; `boundary` must not occur in the files.
    package func body(boundary: String) -> [UInt8] {
        var out = Array("--\(boundary)\r\n".utf8)
        out += Array("Content-Disposition: form-data; name=\"entity_content\"\r\n".utf8)
        out += Array("Content-Type: application/json\r\n\r\n".utf8)
        out += options.bytes
        out += Array("\r\n--\(boundary)\r\n".utf8)
        out += Array("Content-Disposition: form-data; name=\"file\"; filename=\"deploy.zip\"\r\n".utf8)
        out += Array("Content-Type: application/zip\r\n\r\n".utf8)
        out += ZipArchive.make(files)
        out += Array("\r\n--\(boundary)--\r\n".utf8)
        return out
    }
}

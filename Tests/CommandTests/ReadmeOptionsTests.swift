import Callbacks
import Domain
import EngineAPI
import TestSupport
import Testing

@testable import signalbox

struct ReadmeOptionsTests {
    @Test func `README's list of options is their table`() throws {
        try RecordedSection.expect("options", SettingKey.markdown)
    }

    @Test func `the example of a configuration file names every setting`() throws {
        try RecordedSection.expect(
            "example",
            "```yaml\n\(SettingKey.exampleFile)```\n",
            in: "Sources/signalbox/Signalbox.docc/Configuration.md"
        )
    }

    @Test func `the example is a file that is accepted, line by line and as a whole`() throws {
        let lines = SettingKey.exampleFile.split(separator: "\n").map { String($0.dropFirst(2)) }
        let settings = lines.filter { line in SettingKey.allCases.contains { line.hasPrefix($0.rawValue + ": ") } }
        #expect(settings.count == SettingKey.allCases.count)
        let home = ["HOME": "/home/ada"]
        let file = try ConfigurationFile(path: "f", yaml: settings.joined(separator: "\n"))
        var given = try Settings.resolve(options: [:], environment: home, file: file)
        let plain = try Settings.resolve(
            options: [:],
            environment: home,
            file: try ConfigurationFile(path: "f", yaml: SettingKey.exampleFile)
        )
        #expect(given.dataDirectory == "/var/lib/signalbox")
        #expect(given.receiverURL == "https://hooks.example.com")
        #expect(given.theme == "default")
        #expect(!given.callbackRule.denied.isEmpty)
        // All else is what holds without the file.
        given.theme = plain.theme
        given.dataDirectory = plain.dataDirectory
        given.database = plain.database
        given.node = plain.node
        given.receiverURL = plain.receiverURL
        given.traces = plain.traces
        given.attach = plain.attach
        given.tokenFile = plain.tokenFile
        given.attachTLS = plain.attachTLS
        given.callbackTLS = plain.callbackTLS
        given.orgTLS = plain.orgTLS
        given.tlsCertificate = plain.tlsCertificate
        given.tlsKey = plain.tlsKey
        given.managementClientCA = plain.managementClientCA
        given.callbackRule = plain.callbackRule
        given.retention = plain.retention
        #expect(given == plain)
    }
}

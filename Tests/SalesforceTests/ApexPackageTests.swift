import Domain
import EngineAPI
import Foundation
import Primitives
import TestSupport
import Testing

@testable import Salesforce

struct ApexPackageTests {
    private func package(
        objects: [String] = ["Account", "Invoice__c"],
        name: String = "my */ org",
        host: String = "https://hooks.example.com"
    ) throws -> ApexPackage {
        try #require(
            ApexPackage(
                instanceName: name,
                receiverURL: "\(host)/elements/api-v2/events/sfdc/token",
                receiverSecret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                suffix: "A1B2",
                objects: objects
            )
        )
    }

    @Test func `names fit into forty characters and stay apart`() throws {
        let long = "AVeryLongCustomObjectNameThatGoesOnAndOn"
        let package = try package(objects: ["Account", long + "A__c", long + "B__c"])
        #expect(package.triggerName("Account") == "SignalboxA1B2Account")
        #expect(package.triggerNames.allSatisfy { $0.count <= 40 && !$0.contains("__") })
        #expect(Set(package.triggerNames).count == 3)
        let alike = try self.package(objects: ["My_Obj__c", "MyObj__c", "MyObjc", "my_Obj__c"])
        #expect(Set(alike.triggerNames).count == 4)
    }

    @Test func `the trigger is one statement`() throws {
        let lines = try package().trigger("Invoice__c").split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].contains("after insert, after update, after delete, after undelete"))
    }

    @Test func `the relay carries receiver and key and nothing else of the instance`() throws {
        let relay = try package().relay
        #expect(relay.contains("ENDPOINT = 'https://hooks.example.com/elements/api-v2/events/sfdc/token'"))
        #expect(relay.contains("SECRET = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'"))
        // A name must not end the comment that it stands in.
        #expect(relay.components(separatedBy: "*/").count == relay.components(separatedBy: "/**").count)
    }

    @Test func `the remote site has the scheme of the address, however that is spelled`() throws {
        #expect(try package(host: "HTTP://Hooks.Example.com:8180").siteURL == "http://hooks.example.com:8180")
        #expect(try package(host: "HTTPS://hooks.example.com").siteName == package().siteName)
    }

    @Test func aSecretThatIsNotBase64IsRefused() {
        let package = ApexPackage(
            instanceName: "x",
            receiverURL: "https://h.example",
            receiverSecret: "whsec_'+x",
            suffix: "A",
            objects: []
        )
        #expect(package == nil)
    }

    @Test func `the project holds what Salesforce DX wants`() throws {
        let paths = Set(try package().project.map(\.path))
        let base = "force-app/main/default"
        for path in [
            "sfdx-project.json", "manifest/package.xml", "README.md",
            "\(base)/classes/SignalboxA1B2Relay.cls", "\(base)/classes/SignalboxA1B2Relay.cls-meta.xml",
            "\(base)/classes/SignalboxA1B2Sender.cls", "\(base)/classes/SignalboxA1B2RelayTest.cls",
            "\(base)/triggers/SignalboxA1B2Account.trigger",
            "\(base)/triggers/\(try package().triggerName("Invoice__c")).trigger-meta.xml",
            "\(base)/remoteSiteSettings/\(try package().siteName).remoteSite-meta.xml",
        ] { #expect(paths.contains(path), "\(path)") }
    }

    @Test func `the test saves only what can be made, catches what is refused, and gives a detail its parent`() throws {
        let test = try package().test
        #expect(test.contains("about.isCreateable() ? sample(objectName, true) : null"))
        #expect(test.contains("about.isUpdateable() ? existing(objectName) : null"))
        let saving = try #require(test.components(separatedBy: "Boolean saves(").last)
        #expect(saving.contains("try {") && saving.contains("} catch (Exception error) {"))
        #expect(test.contains("value = parent(about);"))
    }

    @Test func `the relay asks for room before each step that takes heap, and leaves files out`() throws {
        let lines = try package().relay.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        // What takes heap, and how many lines above it the question stands at most.
        for (step, reach) in [("String row =", 3), ("String old =", 4), ("messages.add(", 3)] {
            let places = lines.indices.filter { lines[$0].hasPrefix(step) }
            #expect(!places.isEmpty, "\(step)")
            for place in places {
                #expect(lines[max(0, place - reach)..<place].contains { $0.contains("hasRoom(size)") }, "\(step)")
            }
        }
        #expect(lines.contains { $0.contains("used + CHARACTERS_PER_RECORD < Limits.getLimitHeapSize()") })
        #expect(!lines.contains { $0.contains("JSON.serialize(records[i])") })
        #expect(lines.contains { $0.contains("fields.get(name) instanceof Blob") })
    }

    @Test(.enabled(if: Python.has("tree_sitter_language_pack")))
    func `the generated Apex parses`() throws {
        let package = try package()
        let sources =
            [package.relay, package.sender, package.test] + package.objects.map { package.trigger($0) }
        let script = """
            import json, sys
            from tree_sitter_language_pack import get_parser
            parser = get_parser('apex')
            def faults(node):
                if node.type == 'ERROR' or node.is_missing:
                    yield f'{node.start_point}: {node.text[:80]!r}'
                for child in node.children:
                    yield from faults(child)
            for source in json.load(sys.stdin):
                for fault in faults(parser.parse(source.encode()).root_node):
                    print(source.splitlines()[0], fault)
            """
        let output = try Python.run(script, input: JSON.array(sources.map { .string($0) }).text)
        #expect(output.isEmpty, "\(output)")
        // The check itself must be able to fail.
        let broken = try Python.run(script, input: JSON.array([.string("public class A { void b( { } }")]).text)
        #expect(!broken.isEmpty)
    }

    @Test(.enabled(if: Python.has("zipfile")))
    func `the zip is read by others`() throws {
        let files = try package().deployment(obsoleteTriggers: ["SignalboxA1B2Lead"])
        let script = """
            import base64, io, sys, zipfile
            archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(sys.stdin.read())))
            print(archive.testzip())
            for name in archive.namelist(): print(name)
            """
        let output = try Python.run(script, input: Base64.encode(ZipArchive.make(files)))
        #expect(output.split(separator: "\n").map(String.init) == ["None"] + files.map(\.path))
    }
}

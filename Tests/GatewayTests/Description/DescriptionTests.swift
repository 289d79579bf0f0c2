import Domain
import Foundation
import Primitives
import TestSupport
import Testing

@testable import Gateway

struct DescriptionTests {
    private let api = DescribedAPI.current

    @Test func `every operation has a name of its own, and says what it takes and answers`() {
        #expect(Set(api.operations.map(\.id)).count == api.operations.count)
        for operation in api.operations {
            #expect(operation.id.wholeMatch(of: /[a-z][A-Za-z]+/) != nil, "\(operation)")
            let inPath = operation.parameters.filter { $0["in"] == "path" }.compactMap { $0["name"]?.string }
            #expect(inPath == operation.segments.filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) })
            for parameter in operation.parameters {
                #expect(parameter["description"]?.string?.isEmpty == false, "\(operation)")
                #expect(parameter["schema"]?["type"] != nil || parameter["schema"]?["anyOf"] != nil, "\(operation)")
            }
            let success = operation.json["responses"]?["200"]?["content"]?.members?.first?.value["schema"]
            #expect(success?.members?.isEmpty == false, "\(operation) doesn't say what it answers")
            #expect(operation.json["responses"]?["default"] != nil)
            guard operation.json["requestBody"] != nil else { continue }
            #expect(operation.body?["schema"]?["$ref"] != nil, "\(operation) doesn't say what it takes")
        }
    }

    @Test func `each reference leads somewhere, and each component is used`() {
        var used: Set<String> = []
        func visit(_ json: JSON) {
            if let reference = json["$ref"] {
                #expect(api.validator.resolve(reference) != nil, "\(reference.text)")
                used.insert(reference.string ?? "")
            }
            for member in json.members ?? [] { visit(member.value) }
            for element in json.array ?? [] { visit(element) }
        }
        visit(api.document)
        for kind in ["schemas", "responses", "headers"] {
            for member in api.document["components"]?[kind]?.members ?? [] {
                #expect(used.contains("#/components/\(kind)/\(member.name)"))
            }
        }
    }

    @Test func `each example is what its schema allows`() {
        var count = 0
        for operation in api.operations {
            for example in operation.body?["examples"]?.members ?? [] {
                let faults = api.validator.faults(
                    example.value["value"] ?? .null,
                    operation.body?["schema"] ?? .null,
                    isComplete: true
                )
                #expect(faults.isEmpty, "\(operation) \(example.name)")
                count += 1
            }
        }
        #expect(count > 10)
    }

    @Test(arguments: [
        (#"{"type":"integer","minimum":1}"#, "0"), (#"{"type":"integer","maximum":1}"#, "2"),
        (#"{"type":["integer","null"]}"#, #""x""#), (#"{"type":"integer"}"#, "1.5"), (#"{"enum":["a"]}"#, #""b""#),
        (#"{"const":1}"#, "2"), (#"{"type":"object","required":["a"]}"#, "{}"),
        (#"{"type":"object","properties":{"a":{"type":"string"}}}"#, #"{"a":1}"#),
        (#"{"type":"object","properties":{}}"#, #"{"a":1}"#),
        (#"{"type":"object","additionalProperties":{"type":"string"}}"#, #"{"a":1}"#),
        (#"{"type":"object","additionalProperties":false}"#, #"{"a":1}"#),
        (#"{"type":"array","items":{"type":"string"}}"#, "[1]"), (#"{"type":"array","maxItems":1}"#, "[1,2]"),
        (#"{"type":"array","minItems":1}"#, "[]"),
        (#"{"minLength":2}"#, #""a""#), (#"{"maxLength":1}"#, #""ab""#), (#"{"pattern":"^[0-9]*$"}"#, #""a""#),
        (#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#, "1"), (#"{"format":"date-time"}"#, #""2026-11-23""#),
        (#"{"format":"uri"}"#, #""nowhere""#), (#"{"surprise":1}"#, "1"), (##"{"$ref":"#/nowhere"}"##, "1"),
    ])
    func `the validator finds what breaks a schema`(_ schema: String, _ value: String) throws {
        let faults = api.validator.faults(try JSON(parsing: value), try JSON(parsing: schema), isComplete: true)
        #expect(faults.count == 1)
    }

    @Test(.enabled(if: Python.has("openapi_spec_validator")))
    func `another validator finds no fault in the description`() throws {
        let script = """
            import sys, json
            from openapi_spec_validator import OpenAPIV31SpecValidator
            for error in OpenAPIV31SpecValidator(json.load(sys.stdin)).iter_errors():
                print(list(error.path), error.message[:300])
            print('checked')
            """
        #expect(try Python.run(script, input: api.document.text) == "checked")
    }
}

import Domain
import HTTPTypes
import Primitives
import Testing

@testable import Gateway

/// The API as a stranger knows it: from the text of `/openapi.json` alone.
struct DescribedAPI: Sendable {
    static let current = DescribedAPI(parsing: OpenAPI.document(.all).text)

    struct Operation: Sendable, CustomTestStringConvertible {
        let method: String
        let template: String
        let json: JSON

        var id: String { json["operationId"]?.string ?? "" }
        var parameters: [JSON] { json["parameters"]?.array ?? [] }
        var body: JSON? { json["requestBody"]?["content"]?["application/json"] }
        var segments: [Substring] { template.split(separator: "/") }
        var testDescription: String { "\(id): \(method) \(template)" }
    }

    let document: JSON
    let operations: [Operation]
    let validator: SchemaValidator

    init(parsing text: String) {
        document = (try? JSON(parsing: text)) ?? .null
        validator = SchemaValidator(document: document)
        operations = (document["paths"]?.members ?? []).flatMap { path in
            (path.value.members ?? []).map {
                Operation(method: $0.name.uppercased(), template: path.name, json: $0.value)
            }
        }
    }

    /// The operation of a call; the most literal template that fits its path.
    func operation(_ method: String, _ target: String) -> Operation? {
        let path = target.prefix { $0 != "?" }.split(separator: "/")
        return operations.filter { operation in
            operation.method == method && operation.segments.count == path.count
                && zip(operation.segments, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }.min { $0.segments.count { $0.hasPrefix("{") } < $1.segments.count { $0.hasPrefix("{") } }
    }

    /// Records where a call and its answer differ from the description.
    func expect(_ answer: Fixture.Answer, to method: HTTPRequest.Method, _ target: String, _ body: String?) {
        let faults = faults(method, target, body, answer)
        #expect(faults.isEmpty, "\(method) \(target) is not answered as /openapi.json says: \(answer.status)")
    }

    private func faults(_ method: HTTPRequest.Method, _ target: String, _ body: String?, _ answer: Fixture.Answer)
        -> [String]
    {
        guard let operation = operation(method.rawValue, target) else {
            // Nothing is there: the one kind of answer that isn't some operation's. HEAD is GET without a body.
            return method == .head ? [] : contentFaults(answer, validator.resolve("#/components/responses/Fault"))
        }
        let responses = operation.json["responses"]
        guard let response = responses?[String(answer.status)] ?? (answer.status == 500 ? responses?["default"] : nil)
        else { return ["\(answer.status) is not described"] }
        var faults = contentFaults(answer, response["$ref"].flatMap(validator.resolve) ?? response)
        if answer.status == 200 { faults += requestFaults(operation, target, body) }
        return faults
    }

    /// What was taken must be described, too.
    private func requestFaults(_ operation: Operation, _ target: String, _ body: String?) -> [String] {
        let known = operation.parameters.filter { $0["in"] == "query" }.compactMap { $0["name"]?.string }
        var faults = (RequestTarget(target)?.query ?? []).filter { !known.contains($0.name) }
            .map { "the parameter \($0.name) is not described" }
        if let body, let schema = operation.body?["schema"] {
            faults += validator.faults((try? JSON(parsing: body)) ?? .null, schema, at: "body")
        }
        return faults
    }

    private func contentFaults(_ answer: Fixture.Answer, _ response: JSON?) -> [String] {
        guard let response, let contents = response["content"]?.members, !contents.isEmpty else {
            return ["no content is described"]
        }
        let type = (answer.header("Content-Type") ?? "").prefix { $0 != ";" }
        guard let content = contents.first(where: { $0.name == type }) else {
            return ["the answer is \(type), not \(contents.map(\.name).joined(separator: " or "))"]
        }
        var faults = headerFaults(answer, response["headers"]?.members ?? [])
        guard let schema = content.value["schema"] else { return faults + ["no schema is described"] }
        let value = type == "application/json" ? answer.json : .string(answer.text)
        faults += validator.faults(value, schema, isComplete: true)
        return faults
    }

    private func headerFaults(_ answer: Fixture.Answer, _ described: [JSON.Member]) -> [String] {
        let ours = answer.headers.map(\.name.rawName).filter { $0.hasPrefix("Elements-") }
        let surplus = ours.filter { name in !described.contains { $0.name == name } }
        return surplus.map { "the header \($0) is not described" }
            + described.flatMap { member -> [String] in
                let header = member.value["$ref"].flatMap(validator.resolve) ?? member.value
                guard let text = answer.header(member.name) else {
                    return header["required"] == true ? ["the header \(member.name) is missing"] : []
                }
                let value = header["schema"]?["type"] == "integer" ? JSON.number(text) : .string(text)
                return validator.faults(value, header["schema"] ?? .null, at: member.name)
            }
    }
}

import Domain
import HTTPTypes

/// One row of the API: what routing, authorization, `/openapi.json` and the tests are all made from.
struct Route: Sendable {
    /// The path segments that name an instance in forms that have one.
    static let base = "/elements/api-v2"

    enum Access: Sendable, Hashable {
        /// Anyone who reaches the listener.
        case open
        /// Who knows the secrets, or has a token that opens so much.
        case scope(AccessScope)
    }

    let method: HTTPRequest.Method
    /// With `{name}` where a segment varies.
    let template: String
    /// Unique and for good: programs made from the description name their functions after it.
    let operation: String
    let access: Access
    let summary: String
    var parameters: [Parameter] = []
    /// Nil where none is read.
    var body: Body?
    let answer: Answer
    /// What it is answered with beside `answer`, without being an error of the API's kind.
    var otherAnswers: [Answer] = []
    /// Beside those that every route of its kind has.
    var refusals: Set<Refusal> = []
    let handler: @Sendable (Call) async throws -> Reply

    var segments: [Segment] { Segment.parse(template) }

    /// A part of a template.
    enum Segment: Sendable, Hashable {
        case literal(String)
        case parameter(String)

        var isParameter: Bool { if case .parameter = self { true } else { false } }

        static func parse(_ template: String) -> [Segment] {
            template.split(separator: "/").map { part in
                part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
            }
        }
    }
}

extension Route {
    /// Refuses a query in which something would be passed over without a word: a name that the call doesn't know, or all
    /// values but one where it takes no list.
    ///
    /// Clients of the original API send it parameters that have no use here; of these only one that must be meant for another
    /// is refused, by its spelling, because another call (`others`) has it, or because it is a term of the filter language or
    /// the name of the header that brings `nextPage`.
    func checkQuery(of target: RequestTarget, others: Set<String>) throws(APIError) {
        for item in target.query where !parameters.contains(where: { $0.isMeant(by: item.name) }) {
            let near = NearWord.find(item.name, among: plainNames, for: .refusal)
            let isMistaken =
                near != nil || others.contains(item.name) || isFilterTerm(item.name) || Self.isPageToken(item.name)
            if !isMistaken, template.hasPrefix(Self.base + "/") { continue }
            throw .badRequest(refusal(ofParameter: item.name))
        }
        for parameter in parameters where !parameter.isList {
            let count = target.query.count { $0.name == parameter.name && !$0.value.isEmpty }
            guard count > 1 else { continue }
            throw .badRequest(
                "\(parameter.name) stands \(count == 2 ? "twice" : "\(count) times") in the query; send it once."
            )
        }
    }

    /// Whether it would narrow what is found if it stood in `filter`, which this call takes; `type` is what `change` might be
    /// called.
    private func isFilterTerm(_ name: String) -> Bool {
        let term = name.lowercased()
        return plainNames.contains("filter") && (FilterTerm(rawValue: term) != nil || term == "type")
    }

    /// Passed over, it would give the first page again and again.
    private static func isPageToken(_ name: String) -> Bool {
        ["nextpagetoken", "elements-next-page-token"].contains(name.lowercased())
    }

    private var plainNames: [String] { parameters.map(\.plainName) }

    private func refusal(ofParameter name: String) -> String {
        let shown = PlainName.strip(String(name.prefix(40)))
        let names = plainNames
        if Self.isPageToken(name), names.contains("nextPage") {
            return "This call has no parameter \u{201C}\(shown)\u{201D}; send the token of the page before as nextPage."
        }
        if names.isEmpty { return "This call takes no parameters in its query; \u{201C}\(shown)\u{201D} is one." }
        if let near = NearWord.find(name, among: names, for: .refusal) {
            return "This call has no parameter \u{201C}\(shown)\u{201D}; did you mean \(near)?"
        }
        if isFilterTerm(name), FilterTerm(rawValue: name.lowercased()) != nil {
            let example = "filter=\(shown):\u{2026}"
            return "This call has no parameter \u{201C}\(shown)\u{201D}; write it in filter, as in \(example)"
        }
        return "This call has no parameter \u{201C}\(shown)\u{201D}; it takes \(names.joined(separator: ", "))."
    }
}

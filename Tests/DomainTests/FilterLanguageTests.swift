import Domain
import Primitives
import TestSupport
import Testing

struct FilterLanguageTests {
    private static let now = Timestamp(seconds: 1_764_000_000)

    private func parse(_ text: String) throws -> EventExpression { try EventExpression(parsing: text, now: Self.now) }

    private static func words(_ text: String) -> EventExpression {
        WordSearch(text).map { .term(.words($0)) } ?? .everything
    }

    private static let read: [(text: String, expression: EventExpression)] = [
        ("", .everything), ("  \t", .everything),
        ("object:Account,Invoice__c", .term(.objects(["Account", "Invoice__c"]))),
        ("CHANGE:Created", .term(.changes([.created]))),
        ("source:polling,apex", .term(.sources([.polling, .apex]))),
        ("source:Webhook,outbound-message", .term(.sources([.apex, .outbound]))),
        ("state:open", .term(.states([.queued, .waiting, .retrying, .held]))),
        ("-state:OPEN,failing,dead", .negated(.term(.states([.queued, .waiting, .retrying, .held, .dead])))),
        ("instance:\"My Org\",3", .term(.instances(["My Org", "3"]))),
        ("field:StageName", .term(.fields(["StageName"]))),
        ("id:003000000000001", .term(.records(["003000000000001AAA"]))),
        ("event:-a_B9", .term(.events(["-a_B9"]))),
        ("state:dead state:queued", .all([.term(.states([.dead])), .term(.states([.queued]))])),
        ("attempts:>2,0", .term(.attempts([.init(lower: 3), .init(lower: 0, upper: 0)]))),
        (
            "status:5xx,404,>=600",
            .term(
                .status([
                    .init(lower: 500, upper: 599), .init(lower: 404, upper: 404), .init(lower: 600),
                ])
            )
        ),
        ("took:>2s", .term(.took([.init(lower: 2001)]))),
        ("took:250ms..1s", .term(.took([.init(lower: 250, upper: 1000)]))),
        ("error:\"timed \\\"out\\\"\"", .term(.error(["timed \"out\""]))),
        ("replay:failed,succeeded", .term(.replays([.failed, .succeeded]))),
        ("since:2h", .term(.since(now.advanced(bySeconds: -7200)))),
        ("until:2026-11-27T10:00", .term(.until(Timestamp(seconds: 1_795_773_600)))),
        ("Acme  GmbH", .all([words("acme"), words("gmbh")])), ("\"Acme GmbH\"", words("acme gmbh")),
        ("ÜBER*", words("uber*")), ("\"Ada L*\"", words("ada l*")), ("\"Ada L\"*", words("ada l*")),
        ("ada@old.example", words("ada old example")), ("10:30", words("10 30")),
        ("a|b c", .any([words("a"), .all([words("b"), words("c")])])),
        ("a (b | c)", .all([words("a"), .any([words("b"), words("c")])])),
        ("-a", .negated(words("a"))), ("--a", words("a")),
        ("-(a b)", .negated(.all([words("a"), words("b")]))), ("((a))", words("a")),
        ("-replay:succeeded state:dead", .all([.negated(.term(.replays([.succeeded]))), .term(.states([.dead]))])),
    ]

    @Test func `each term and sign is read as the language says`() throws {
        for (text, expression) in Self.read { #expect(try parse(text) == expression, "\(text)") }
    }

    private static let wrong: [(text: String, range: Range<Int>, sentence: String)] = [
        ("change:undeleted", 7..<16, "An undelete is an update: change:updated."),
        ("source:reconciliation", 7..<21, "What reconciliation finds is polled: source:polling."),
        ("state:lost", 6..<10, "state is one of queued"), ("a colour:red", 2..<8, "“colour:” is not known; use object"),
        ("objekt:Account", 0..<6, "“objekt:” is not known; did you mean object:?"),
        ("Re:hello", 0..<2, "use object, change"), ("https://a", 0..<5, "into quotes"),
        ("object:", 7..<7, "object: needs a value, like object:Account"),
        ("object:Account,", 15..<15, "needs a value"), ("object:Account,no!", 15..<18, "object is an API name"),
        ("field:9x", 6..<8, "field is an API name"), ("change:merged", 7..<13, "created, updated, deleted"),
        ("source:fax", 7..<10, "polling, apex, outbound"), ("id:123", 3..<6, "15 or 18 characters"),
        ("event:a/b", 6..<9, "the id of an event"), ("replay:maybe", 7..<12, "succeeded, failed"),
        ("attempts:many", 9..<13, "a number like 3"), ("attempts:<0", 9..<11, "a number like 3"),
        ("attempts:5..2", 9..<13, "a number like 3"), ("status:99", 7..<9, "a status like 500"),
        ("status:0xx", 7..<10, "a status like 500"), ("took:long", 5..<9, "a duration like >2s"),
        ("since:soon", 6..<10, "a duration like 10m"), ("since:1h,2h", 9..<11, "takes one moment"),
        ("since:1h until:2h", 0..<17, "since is later than until"), ("name:\"!\"", 5..<8, "words in a record's name"),
        ("(a", 0..<1, "This ( is not closed"), ("a)", 1..<2, "There is no ("), ("()", 1..<2, "before this )"),
        ("a | | b", 4..<5, "before this |"), ("| a", 0..<1, "before this |"), ("a |", 3..<3, "Something is missing"),
        ("a -", 2..<3, "right before"), ("- a", 0..<1, "right before"), ("\"a b", 0..<4, "is not closed"),
        ("&", 0..<1, "no letter and no digit"),
        // People count characters, not what they are made of.
        ("👩‍👩‍👧x é state:lost", 11..<15, "state is one of"),
    ]

    @Test func `a wrong filter is refused with its place and a sentence`() {
        for (text, range, sentence) in Self.wrong {
            #expect {
                _ = try parse(text)
            } throws: { error in
                guard let fault = error as? FilterFault else { return false }
                if fault.range != range { Issue.record("\(text): \(fault.range)") }
                return fault.description.contains(sentence)
                    && fault.description.hasPrefix("At character \(range.lowerBound + 1) of the filter: ")
            }
        }
    }

    @Test func `what is too long, too deep or too much is refused`() throws {
        let longest = String(repeating: "a", count: EventExpression.longestText)
        #expect(throws: Never.self) { try parse(longest) }
        let deepest = EventExpression.deepest
        #expect(throws: Never.self) {
            try parse(String(repeating: "(", count: deepest) + "a" + String(repeating: ")", count: deepest))
        }
        let many = Array(repeating: "a", count: EventExpression.mostValues + 1).joined(separator: " ")
        for text in [
            longest + "a", String(repeating: "(", count: deepest + 1), String(repeating: "-", count: deepest + 1) + "a",
            many,
        ] {
            #expect(throws: FilterFault.self, "\(text.prefix(20))") { try parse(text) }
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `what is printed parses to the same`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var expressions = RandomExpressions()
        expressions.records = ["003000000000001AAA", "003000000000002AAA"]
        expressions.instances += ["My \"Org\"", "a,b", "ßÜ", ""]
        for _ in 0..<100 {
            let expression = expressions.make(&random)
            let text = expression.description
            // No name is empty where it was read.
            guard !text.contains("\"\"") else { continue }
            let again = try EventExpression(printed: text)
            #expect(again == expression, "seed \(seed): \(text)")
            #expect(again.description == text, "seed \(seed)")
        }
    }

    private static let numbers: [(term: FilterTerm, numbers: [String])] = [
        (.status, ["100", "101", "998", "999"]), (.attempts, ["0", "1", "999999998", "999999999"]),
        (.took, ["0", "1ms", "2s", "999999999d", "999999998d23h59m59s999ms", "999999999d1ms", "999999999d999999999d"]),
    ]

    @Test func `a number at either end of what a term takes is printed to what parses to the same`() throws {
        for (term, numbers) in Self.numbers {
            let ranges = numbers.flatMap { lower in numbers.map { "\(lower)..\($0)" } }
            let signed = ["", ">", ">=", "<", "<="].flatMap { sign in numbers.map { sign + $0 } }
            var taken = 0
            for text in (ranges + signed).map({ "\(term.rawValue):\($0)" }) {
                guard let expression = try? parse(text) else { continue }
                taken += 1
                let printed = expression.description
                #expect((try? EventExpression(printed: printed)) == expression, "\(text): \(printed)")
                #expect((try? EventExpression(requested: printed, now: Self.now)) == expression, "\(text): \(printed)")
            }
            #expect(taken > 20, "\(term)")
        }
        for text in ["status:>999", "status:<100", "attempts:>999999999", "took:>999999999d"] {
            #expect(try parse(text).description == text)
        }
    }

    @Test func `the longest that is taken is printed to what is read, however much longer that is`() throws {
        let now = Self.now.advanced(byMilliseconds: 123)
        func text(_ part: String, _ count: Int) -> String {
            Array(repeating: part, count: count).joined(separator: "|")
        }
        for part in ["since:1h", "took:<9d", "(a -(b|until:0))"] {
            let count = min(EventExpression.mostValues / 3, EventExpression.longestText / (part.count + 1))
            let own = try EventExpression(parsing: text(part, count), now: now)
            #expect(try EventExpression(requested: own.description, now: now) == own, "\(part)")
            let sent = try EventFilter(json: .string(text(part, 4 * count)), now: now)
            #expect(try EventFilter(printed: sent.json) == sent, "\(part)")
            #expect(try EventFilter(stored: sent.json) == sent, "\(part)")
        }
        let many = try EventFilter(json: .string(text("since:1h", 4 * EventExpression.mostValues)), now: now)
        #expect(try EventFilter(stored: many.json) == many)
    }

    @Test("Texts of any kind are read or refused, and what is read is printed to the same")
    func fuzz() async {
        let parts =
            FilterTerm.allCases.map { "\($0.rawValue):" } + FilterTerm.allCases.map(\.example)
            + [
                "a", "é", "\u{301}", "\u{654}", "İ", "ŉ", "ﬁ", "가", "👩‍👩‍👧", "\"", "\\", "*", ",", " ", "(", ")", "|", "-",
                ":", ">",
                "<=", "..", "5xx", "9", "2h", "\u{0}", "\r\n", "\u{E000}",
            ]
        await Fuzz.run("filters", rounds: 6000) { hostile, note in
            let text = hostile.words(of: parts, atMost: 14)
            note(text)
            do throws(FilterFault) {
                let expression = try EventExpression(parsing: text, now: Self.now)
                let printed = expression.description
                #expect((try? EventExpression(printed: printed)) == expression, "\(printed)")
            } catch {
                #expect(error.range.lowerBound >= 0 && error.range.upperBound <= text.count, "\(error)")
            }
        }
    }

    @Test func `a filter's members and its text become one text that finds the same`() throws {
        var filter = try EventFilter(parsing: "status:5xx | acme", now: Self.now)
        #expect(filter.whole.description == "status:5xx | acme")
        filter.states = [.dead, .held]
        filter.excludedReplays = [.succeeded]
        filter.objects = ["Case", "Account"]
        filter.to = Timestamp(seconds: 1_764_000_000)
        let text =
            "state:dead,held object:Account,Case until:2025-11-24T16:00:00Z -replay:succeeded ( status:5xx | acme )"
        #expect(filter.whole.description == text)
        #expect(filter.json == .string(text))
        #expect(try EventFilter(stored: filter.json).whole == filter.whole)
    }

    @Test func `a filter of single members stays one`() throws {
        let json: JSON = ["states": ["dead"], "from": "2026-11-23T18:00:00.000Z", "record": "003000000000001AAA"]
        let filter = try EventFilter(json: json, now: Self.now)
        #expect(filter.json == json)
        let words = try EventFilter(json: ["text": "Acme - (GmbH) state:x"], now: Self.now)
        #expect(words.json == "acme gmbh \"state x\"")
        #expect { try EventFilter(json: "state:x", now: Self.now) } throws: { "\($0)".contains("At character 7") }
        #expect(throws: EventFilter.Fault.self) { try EventFilter(json: 7, now: Self.now) }
    }

    private static let found: [(search: String, record: String, isFound: Bool)] = [
        ("acme", #"{"Name":"ACME GmbH"}"#, true), ("name", #"{"Name":"Acme"}"#, false),
        ("cme", #"{"Name":"Acme"}"#, false), ("ac*", #"{"Name":"Acme"}"#, true),
        ("muller", #"{"Name":"Müller"}"#, true), ("müller", #"{"Name":"MULLER"}"#, true),
        ("muller", #"{"Name":"Mu\u0308ller"}"#, true), ("\"acme gm*\"", #"{"A":"the Acme GmbH"}"#, true),
        ("\"acme gmbh\"", #"{"A":"Acme","B":"GmbH"}"#, false), ("\"acme gmbh\"", #"{"A":"Acme big GmbH"}"#, false),
        ("42", #"{"Amount":42}"#, true), ("berlin", #"{"Address":{"City":"Berlin"}}"#, true),
        ("account", #"{"attributes":{"type":"Account"},"Name":"x"}"#, false), ("x", "no json", false),
    ]

    @Test func `words are found in values alone, case and accents folded`() throws {
        for (search, record, isFound) in Self.found {
            guard case .term(.words(let words)) = try parse(search) else { Issue.record("\(search)"); continue }
            #expect(words.matches(record: record, name: nil) == isFound, "\(search) in \(record)")
        }
    }

    @Test func `each name has an example that is understood, and words that are`() throws {
        for term in FilterTerm.allCases {
            #expect(throws: Never.self, "\(term)") { try parse(term.example) }
            #expect(!term.help.isEmpty && term.example.hasPrefix("\(term.rawValue):"))
            guard case .words(let words) = term.values else { continue }
            for word in words { #expect(throws: Never.self, "\(term)") { try parse("\(term.rawValue):\(word)") } }
        }
    }

    private static let completions: [(text: String, kind: FilterCompletion.Kind?, prefix: String, choices: [String])] =
        [
            ("st", .name, "st", ["state:", "status:"]), ("a -re", .name, "re", ["replay:"]), ("(", .name, "", allNames),
            ("state:de", .value(.state), "de", ["dead", "delivered"]),
            ("-state:dead,q", .value(.state), "q", ["queued"]),
            ("a|object:acc", .value(.object), "acc", ["Account"]), ("change:", .value(.change), "", changes),
            ("instance:\"my o", .value(.instance), "my o", ["My Org"]), ("\"state:", nil, "", []),
            ("colour:r", nil, "", []),
            ("colour:r st", .name, "st", ["state:", "status:"]), ("event:-a", .value(.event), "-a", []),
        ]
    private static let allNames = FilterTerm.allCases.map { "\($0.rawValue):" }
    private static let changes = ["created", "updated", "deleted"]

    @Test(
        arguments: [
            ("\u{200B}", "“U+200B”"), ("a \u{FEFF}", "“U+FEFF”"), ("state:de\u{200B}ad", "“deU+200Bad”"),
            ("state:\"de\u{A0}ad\"", "“deU+00A0ad”"), ("state:d\u{E9}ad", "“d\u{E9}ad”"),
        ]
    )
    func `what no eye sees is quoted by its number`(text: String, quoted: String) {
        var reason = ""
        do throws(FilterFault) { _ = try EventExpression(parsing: text, now: Self.now) } catch { reason = error.reason }
        #expect(reason.contains(quoted), "\(reason)")
    }

    @Test func `what stands at the cursor can be completed`() {
        for (text, kind, prefix, choices) in Self.completions {
            let completion = FilterCompletion(text + " rest", cursor: text.count)
            #expect(completion?.kind == kind, "\(text)")
            guard let completion else { continue }
            #expect(completion.prefix == prefix && completion.range.upperBound == text.count, "\(text)")
            let found = completion.choices { values in
                switch values {
                case .objectNames: ["Account", "Lead"]
                case .instanceNames: ["My Org", "other"]
                default: []
                }
            }
            #expect(found == choices, "\(text)")
        }
        for cursor in [-1, 0, 3, 99] { #expect(FilterCompletion("a", cursor: cursor)?.kind == .name) }
    }
}

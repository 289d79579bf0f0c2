import Drawing
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct JSONTreeTests {
    private func tree(_ text: String, _ notation: JSONTree.Notation = .json) throws -> JSONTree {
        JSONTree(try JSON(parsing: text), notation, glyphs: .unicode)
    }

    private func lines(_ tree: JSONTree, width: Int = 80) -> [String] {
        (0..<tree.count).flatMap { tree.lines(of: $0, width: width).map(\.text.string) }
    }

    @Test func `JSON is indented, in its order, with numbers as they were spelled`() throws {
        let tree = try tree(#"{"b":1.50,"a":[true,null,{}],"e":[],"o":{"x":"y"}}"#)
        #expect(
            lines(tree) == [
                "▾ {", "    \"b\": 1.50,", "  ▾ \"a\": [", "      true,", "      null,", "      {}", "    ],",
                "    \"e\": [],", "  ▾ \"o\": {", "      \"x\": \"y\"", "    }", "  }",
            ]
        )
    }

    @Test func `folding leaves one row, which says how much is in it`() throws {
        var tree = try tree(#"{"a":[1,2,{"b":3}],"c":4}"#)
        let isFolded = tree.toggle(row: 1)
        #expect(isFolded)
        #expect(lines(tree) == ["▾ {", "  ▹ \"a\": […], 3 elements", "    \"c\": 4", "  }"])
        let isFoldedToo = tree.toggle(row: 2)
        #expect(!isFoldedToo, "a number holds nothing")
        tree.fold(all: true)
        #expect(tree.rows.count == 4, "what holds everything stays open")
        tree.fold(all: false)
        #expect(tree.rows.count == 10)
        tree.fold(all: true)
        tree.reveal(5)
        #expect(tree.path(of: tree.rows[tree.row(of: 5)].node) == "a[2].b")
    }

    @Test func `a path names what stands in a row, and its value as it is copied`() throws {
        let tree = try tree(#"{"message":{"raw":{"Account":[{"Email":"a@b.c","odd name":1.50}]}}}"#)
        let fields = (0..<tree.count).compactMap { tree.field(of: $0) }
        #expect(fields.contains(ReadField(path: "message.raw.Account[0].Email", value: "a@b.c")))
        #expect(fields.contains(ReadField(path: #"message.raw.Account[0]["odd name"]"#, value: "1.50")))
        #expect(fields.first == ReadField(path: "message", value: tree.nodes[1].value.text))
        #expect(tree.field(of: 0) == nil, "all of it has no path")
    }

    @Test func `a record stands in columns; what is empty or of the books is folded at its end`() throws {
        let record =
            #"{"attributes":{"type":"Lead"},"Id":"00Q","LastName":"Ada","Fax":null,"Address":{"city":"Wien"},"SystemModstamp":"x","CreatedDate":"y"}"#
        var tree = try tree(record, .fields)
        #expect(
            lines(tree) == [
                "  Id        00Q", "  LastName  Ada", "▾ Address   ", "    city  Wien", "▹ 1 empty field",
                "▹ 3 audit fields",
            ]
        )
        _ = tree.toggle(row: 5)
        #expect(lines(tree).contains { $0.contains("SystemModstamp  x") })
        let opened = (0..<tree.count).compactMap { tree.field(of: $0)?.path }
        #expect(opened.contains("SystemModstamp") && opened.contains("Address.city") && opened.contains("attributes"))
    }

    @Test func `control characters never reach the screen`() throws {
        for notation in [JSONTree.Notation.json, .fields] {
            let tree = try tree(#"{"a\u001b[31m":"b\u001b]0;x\u0007\u202e"}"#, notation)
            #expect(lines(tree).joined().unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
        }
    }

    @Test func `what is too long says so`() throws {
        let tree = try tree("[" + String(repeating: "1,", count: JSONTree.mostNodes + 5) + "1]")
        #expect(tree.nodes.count == JSONTree.mostNodes)
        #expect(tree.lines(of: tree.count - 1, width: 80).first?.text.string.contains("Raw has all of it") == true)
    }

    // MARK: Any JSON, folded in any way

    @Test(arguments: 0..<40)
    func `what is in view is what no folded one hides, and every node is found`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let value = Self.value(depth: 0, &random)
        for notation in [JSONTree.Notation.json, .fields] {
            var tree = JSONTree(value, notation, glyphs: .unicode)
            if notation == .json {
                let text = (0..<tree.count).map { row in
                    tree.lines(of: row, width: 10_000).map(\.text.string).joined().replacing("▾", with: " ")
                }
                #expect(try JSON(parsing: text.joined(separator: "\n")) == value, "seed \(seed)")
            }
            for _ in 0..<30 {
                _ = tree.toggle(row: Int.random(in: 0..<max(1, tree.rows.count), using: &random))
                check(tree, "seed \(seed)")
            }
            let node = Int.random(in: tree.nodes.indices.isEmpty ? 0..<1 : tree.nodes.indices, using: &random)
            guard tree.nodes.indices.contains(node) else { continue }
            tree.reveal(node)
            #expect(tree.rows[tree.row(of: node)].node == node, "seed \(seed)")
        }
    }

    private func check(_ tree: JSONTree, _ comment: Comment) {
        for node in tree.nodes.indices {
            var hiding: Int?
            var parent = tree.nodes[node].parent
            while parent >= 0 {
                if tree.folded.contains(parent) { hiding = parent }
                parent = tree.nodes[parent].parent
            }
            let row = tree.rows[tree.row(of: node)]
            #expect(row.node == hiding ?? node && !row.isEnd, comment)
        }
        let starts = tree.rows.filter { !$0.isEnd }
        #expect(Set(starts).count == starts.count, comment)
    }

    private static func value(depth: Int, _ random: inout SeededGenerator) -> JSON {
        switch Int.random(in: 0..<(depth == 0 ? 1 : depth > 4 ? 5 : 8), using: &random) {
        case 0 where depth == 0, 5, 6:
            return .object(
                (0..<Int.random(in: 0...5, using: &random)).map {
                    JSON.Member(
                        ["Name", "SystemModstamp", "a b", "é\($0)"].randomElement(using: &random) ?? "x",
                        value(depth: depth + 1, &random)
                    )
                }
            )
        case 7: return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth: depth + 1, &random) })
        case 1: return .bool(true)
        case 2: return .number("1.50")
        case 3: return .string(["", "Bürk & Söhne", "東京\n商事", "\u{1B}[31m"].randomElement(using: &random) ?? "")
        default: return .null
        }
    }
}

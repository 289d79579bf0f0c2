import Drawing
import Testing

struct StyleSheetTests {
    private let sheet = StyleSheet(depth: .sixteen) { role in
        switch role {
        case .text: RolePaint(foreground: .ansi(7), background: .ansi(0))
        case .statusFail: RolePaint(foreground: .ansi(1), attributes: .bold)
        case .selection: RolePaint(foreground: .ansi(15), background: .ansi(4))
        case .selectionInactive: RolePaint(attributes: .reverse)
        case .match: RolePaint(foreground: .ansi(0), background: .ansi(3))
        default: RolePaint()
        }
    }

    @Test("A word keeps its colour on the surface below it")
    func surfaces() {
        #expect(sheet.paint(for: .text) == Paint(foreground: .ansi(7), background: .ansi(0)))
        #expect(sheet.paint(for: .dim) == Paint(foreground: .ansi(7), background: .ansi(0)))
        #expect(
            sheet.paint(for: .statusFail.on(.selection).with(.underline))
                == Paint(foreground: .ansi(1), background: .ansi(4), attributes: [.bold, .underline])
        )
        #expect(sheet.paint(for: .text.on(.selection)) == Paint(foreground: .ansi(15), background: .ansi(4)))
        #expect(sheet.paint(for: .match.on(.selection)) == Paint(foreground: .ansi(0), background: .ansi(3)))
    }

    @Test("A reversed surface stays in one piece")
    func reversedSurfaces() {
        #expect(
            sheet.paint(for: .statusFail.on(.selectionInactive))
                == Paint(foreground: .ansi(7), background: .ansi(0), attributes: [.bold, .reverse])
        )
        #expect(sheet.paint(for: .match.on(.selectionInactive)) == Paint(foreground: .ansi(0), background: .ansi(3)))
    }

    @Test("Each role has its own letter and a fallback that ends at text")
    func roles() {
        #expect(Set(StyleRole.allCases.map(\.letter)).count == StyleRole.allCases.count)
        for role in StyleRole.allCases {
            var current = role
            for _ in 0..<5 { current = current.fallback ?? current }
            #expect(current == .text)
        }
    }
}

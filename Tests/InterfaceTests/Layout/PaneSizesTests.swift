import Domain
import Drawing
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct PaneSizesTests {
    private static func opened(_ width: Int, _ height: Int, memory: DashboardMemory = DashboardMemory()) -> Driver {
        var driver = Driver(width, height, log: (1...40).map { Sample.event($0) }, memory: memory)
        driver.keys("k enter")
        driver.answer()
        return driver
    }

    private func layout(_ driver: Driver) -> [PaneID: Rect] { driver.dashboard.layout(driver.context).panes }

    private func kept(_ driver: Driver) -> PaneSizes? {
        driver.commands.reversed().lazy.compactMap { command in
            if case .remember(let memory) = command { memory[PaneSizes.self] } else { nil }
        }.first
    }

    private static func memory(_ change: (inout PaneSizes) -> Void) -> DashboardMemory {
        var sizes = PaneSizes()
        change(&sizes)
        var memory = DashboardMemory()
        memory[PaneSizes.self] = sizes
        return memory
    }

    @Test func `without a person's wish the panes are as they were`() {
        let sizes = PaneSizes()
        for width in 80...300 { #expect(sizes.side(of: width) == 48) }
        for height in 15...100 { #expect(sizes.main(of: height) == max(7, height * 2 / 5)) }
    }

    @Test func `whatever is wished, kept or broken, each pane has room on every screen`() {
        var random = SeededGenerator(seed: 41)
        for _ in 1...3000 {
            let numbers = (0..<2).map { _ in Int64(bitPattern: random.next()) % 1200 }
            var sizes = PaneSizes(.object([.init("side", .integer(numbers[0])), .init("main", .integer(numbers[1]))]))
            let size = Size(width: 80 + Int(random.next() % 200), height: 15 + Int(random.next() % 90))
            for _ in 1...6 {
                let border: PaneSizes.Border = random.next() % 2 == 0 ? .side : .below
                let total = border == .side ? size.width : size.height
                if random.next() % 2 == 0 {
                    _ = sizes.step(border, by: random.next() % 2 == 0 ? 1 : -1, in: size)
                } else {
                    sizes.place(border, at: Int(random.next() % 400) - 100, of: total)
                }
                #expect((30...size.width - 30).contains(sizes.side(of: size.width)), "\(sizes) \(size)")
                #expect((6...size.height - 6).contains(sizes.main(of: size.height)), "\(sizes) \(size)")
            }
            #expect(PaneSizes(sizes.json) == sizes)
        }
    }

    @Test func `keys make the focused pane larger and smaller, and it is kept`() throws {
        var driver = Self.opened(140, 40)
        let before = layout(driver)
        driver.forget()
        driver.keys(">")
        let larger = layout(driver)
        #expect(try #require(larger[.detail]).height > (try #require(before[.detail]).height))
        #expect(kept(driver)?.json == driver.context.paneSizes.json)
        driver.keys("< <")
        #expect(try #require(layout(driver)[.detail]).height < (try #require(before[.detail]).height))
        driver.keys("esc <")
        #expect(layout(driver)[.form]?.width == 50)
        driver.keys("c >")
        #expect(layout(driver)[.form]?.width == 52)
        // In a text the same keys are letters.
        driver.keys("tab tab tab")
        let letters = Driver(140, 40)
        var typing = letters
        typing.keys("c tab tab < >")
        #expect(layout(typing) == layout(letters))
    }

    @Test func `at the end of the room it is said, and nothing moves`() {
        var driver = Self.opened(140, 40)
        for _ in 1...40 { driver.keys(">") }
        let layout = layout(driver)
        #expect(driver.text.contains("The other pane needs the rest."))
        driver.keys(">")
        #expect(self.layout(driver) == layout && (layout[.events]?.height ?? 0) >= 7)
        var narrow = Driver(60, 20)
        narrow.keys(">")
        #expect(narrow.text.contains("has all the room there is"))
    }

    @Test func `the mouse drags the borders, and the size is kept when it lets go`() throws {
        var driver = Self.opened(140, 40)
        func mouse(_ kind: MouseEvent.Kind, _ x: Int, _ y: Int) {
            driver.send(.input(.mouse(MouseEvent(kind, at: Point(x: x, y: y)))))
        }
        driver.forget()
        mouse(.press(.left), 48, 20)
        mouse(.drag(.left), 60, 21)
        #expect(layout(driver)[.form]?.width == 60 && kept(driver) == nil)
        mouse(.drag(.left), 0, 0)
        #expect(layout(driver)[.form]?.width == 30)
        mouse(.drag(.left), 139, 0)
        #expect(layout(driver)[.form]?.width == 110)
        mouse(.drag(.left), 56, 5)
        mouse(.release(.left), 56, 5)
        #expect(layout(driver)[.form]?.width == 56 && kept(driver)?.side(of: 140) == 56)
        // After it let go, moving means nothing.
        mouse(.drag(.left), 70, 5)
        #expect(layout(driver)[.form]?.width == 56)
        let events = try #require(layout(driver)[.events])
        mouse(.press(.left), events.maxX - 2, events.maxY - 1)
        mouse(.drag(.left), events.maxX - 2, events.maxY + 5)
        mouse(.release(.left), events.maxX - 2, events.maxY + 5)
        #expect((layout(driver)[.events]?.height ?? 0) - events.height >= 5)
    }

    @Test func `kept sizes are there again, and a screen too small for them uses its own`() {
        let memory = Self.memory {
            $0.place(.side, at: 90, of: 200)
            $0.place(.below, at: 30, of: 40)
        }
        let driver = Self.opened(200, 60, memory: memory)
        #expect(layout(driver)[.form]?.width == 90)
        var small = Self.opened(100, 24, memory: memory)
        #expect(layout(small)[.events]?.height ?? 0 >= 7 && layout(small)[.detail]?.height ?? 0 >= 7)
        small.keys("c")
        #expect(layout(small)[.form]?.width == 48)
        small.resize(200, 60)
        #expect(layout(small)[.form]?.width == 90)
    }

    @Test func `the instance of the last time is shown first, if it is still there`() throws {
        let two = [Sample.overview(), Sample.overview(id: 2, name: "sandbox")]
        var driver = Driver(140, 40, instances: two)
        driver.keys("i down enter")
        let memory = try #require(
            driver.commands.reversed().lazy.compactMap { command in
                if case .remember(let memory) = command { memory } else { nil }
            }.first
        )
        #expect(Driver(140, 40, instances: two, memory: memory).context.instances.current == 2)
        #expect(Driver(140, 40, instances: [two[0]], memory: memory).context.instances.current == 1)
    }
}

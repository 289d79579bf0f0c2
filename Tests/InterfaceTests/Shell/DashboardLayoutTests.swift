import Drawing
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct DashboardLayoutTests {
    private func layout(
        _ width: Int,
        _ height: Int,
        focus: PaneID = .events,
        isDetailOpen: Bool = false,
        main: PaneID = .events,
        banner: Int? = nil,
        progress: Int = 0
    ) -> DashboardLayout {
        var panes: [(id: PaneID, place: PanePlace)] = [(.form, .side), (.events, .main), (.probe, .main)]
        if isDetailOpen { panes.append((.detail, .below)) }
        return DashboardLayout(
            Size(width: width, height: height),
            DashboardLayout.Content(panes: panes, focus: focus, main: main, bannerRows: banner, progressRows: progress)
        )
    }

    @Test(arguments: [(0, 0), (39, 8), (40, 7), (1, 1)])
    func `below its least size there is a message alone`(width: Int, height: Int) {
        let layout = layout(width, height, banner: 2, progress: 2)
        #expect(layout.shape == .tooSmall && layout.panes.isEmpty && layout.tabs == nil)
    }

    @Test(arguments: [
        (60, 16, PaneID.form, [PaneID.form]), (60, 16, .detail, [.detail]), (100, 30, .events, [.events, .detail]),
        (100, 30, .form, [.form, .events, .detail]), (140, 40, .events, [.form, .events, .detail]),
        (100, 12, .events, [.events]), (100, 12, .detail, [.detail]), (140, 12, .detail, [.form, .detail]),
        (149, 40, .events, [.form, .events, .detail]), (150, 40, .events, [.events, .detail]),
        (150, 40, .form, [.form, .events, .detail]), (150, 12, .detail, [.events, .detail]),
        (198, 40, .detail, [.form, .events, .detail]),
    ])
    func `which panes are shown follows from size and focus`(
        width: Int,
        height: Int,
        focus: PaneID,
        shown: [PaneID]
    ) {
        let layout = layout(width, height, focus: focus, isDetailOpen: true)
        #expect(Set(layout.panes.keys) == Set(shown))
        #expect((layout.tabs != nil) == (width < 80))
    }

    @Test(arguments: [(150, 40), (197, 12), (198, 40), (250, 60)])
    func `where the screen is wide the detail stands beside the list, each at full height`(width: Int, height: Int)
        throws
    {
        let layout = layout(width, height, isDetailOpen: true)
        let (list, detail) = (try #require(layout.panes[.events]), try #require(layout.panes[.detail]))
        #expect(
            list.y == detail.y && list.height == detail.height && list.maxX == detail.x
        )
        // Less header, footer, and the line that stands for a form without room.
        #expect(list.height == height - 2 - (layout.summary == nil ? 0 : 1))
        #expect(abs(list.width - detail.width) <= 1 && list.width >= 75)
        // Closed, the list has all of it.
        #expect(self.layout(width, height).panes[.form] != nil)
    }

    @Test func `the large room belongs to one pane of those that want it`() {
        #expect(layout(140, 40, focus: .form, main: .probe).panes.keys.contains(.probe))
        #expect(!layout(140, 40, focus: .form, main: .probe).panes.keys.contains(.events))
    }

    @Test func `at every size the parts fill the screen and none lies on another`() {
        for width in stride(from: 40, through: 200, by: 9) {
            for height in 8...50 {
                for focus in [PaneID.form, .events, .detail] {
                    for (banner, progress) in [(nil, 0), (1, 1), (2, 2)] as [(Int?, Int)] {
                        let layout = layout(
                            width,
                            height,
                            focus: focus,
                            isDetailOpen: true,
                            banner: banner,
                            progress: progress
                        )
                        let fixed = [
                            layout.header, layout.footer, layout.banner, layout.progress, layout.tabs, layout.summary,
                        ]
                        let parts = fixed.compactMap { $0 } + layout.panes.values
                        let area = parts.reduce(0) { $0 + $1.width * $1.height }
                        #expect(area == width * height, "\(width)×\(height) \(focus)")
                        for (index, part) in parts.enumerated() {
                            for other in parts.dropFirst(index + 1) {
                                #expect(part.intersection(other).isEmpty, "\(width)×\(height) \(focus)")
                            }
                        }
                    }
                }
            }
        }
    }
}

import Domain
import Drawing
import EngineAPI
import Primitives

extension OverviewPage {
    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let plan = OverviewPlan(self, context)
        let inner = painter.window(
            plan.window,
            title: "Overview",
            footer: context.offers((.choose, "goes there"), (.close, "closes"))
        )
        let list = context.instances.list ?? []
        guard !list.isEmpty else {
            painter.canvas.draw(DisplayText(context.noInstance), in: inner, style: Style(.dim, on: .overlay))
            return
        }
        var rest = inner
        let table = OverviewTable(list, figures: load.statistics?.instances, context, width: inner.width)
        painter.canvas.draw(table.header.on(.overlay), in: rest.cutTop(1))
        let shown = rest.cutTop(plan.rows.count)
        for (row, index) in plan.rows.enumerated() where list.indices.contains(index) {
            let isSelected = list[index].id == instance(context)?.id
            let line = shown.row(row)
            let ground: StyleRole = isSelected ? .selection : .overlay
            painter.canvas.fill(line, style: Style(.text, on: ground))
            painter.canvas.draw(table.line(list[index], isSelected: isSelected).on(ground), in: line)
            painter.hit(line, part: Row(instance: list[index].id))
        }
        painter.scrollbar(total: list.count, offset: plan.rows.lowerBound, beside: shown)
        guard rest.height > 1 else { return }
        let line = rest.cutTop(1)
        painter.canvas.separator(
            Rect(x: line.x - 2, y: line.y, width: line.width + 4, height: 1),
            title: StyledText(DisplayText(instance(context)?.name ?? "", limit: 100), .title),
            isFocused: true,
            on: .overlay
        )
        let first = min(offset, max(0, plan.lines.count - rest.height))
        for (row, text) in plan.lines.dropFirst(first).prefix(rest.height).enumerated() {
            painter.canvas.draw(text.on(.overlay), in: rest.row(row))
        }
        painter.scrollbar(total: plan.lines.count, offset: first, beside: rest)
    }
}

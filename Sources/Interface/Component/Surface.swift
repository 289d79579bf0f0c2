import Drawing

/// A component with a place on the screen, which gets the keys while it has the focus.
protocol Surface: Component {
    /// What has the keys, for the window's title and whoever has it read aloud.
    func title(_ context: DashboardContext) -> String
    /// What the footer offers while it has the keys, the most useful first.
    func hints(_ context: DashboardContext) -> [Hint]

    /// Where its keys are looked up in the table now, the innermost first: those of the control that has the focus, then its
    /// own. The shell adds what works everywhere.
    func contexts(_ context: DashboardContext) -> [ActionContext]
    /// Does an action whose key was pressed in one of its contexts, or that a hint of it stands for; false if it means
    /// nothing here now. The key then goes to the next context, the action to the features.
    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool
    /// Whether the letter goes into a text, before the table is asked. Such letters arrive as a `paste`, one for all that
    /// come together.
    func acceptsLetter(_ letter: Character) -> Bool
    /// A letter that means nothing in its contexts; false if it has no use for it either.
    mutating func accept(stray letter: Character, _ context: DashboardContext, _ effects: inout Effects) -> Bool
    /// Inserts a text that was typed or pasted; it never presses a button.
    mutating func paste(_ text: String, _ context: DashboardContext, _ effects: inout Effects)
    /// The left button went down on a part that it drew with `Painter.hit(_:part:)`. A pane has the focus by now;
    /// `hadFocus` says whether it had it before.
    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    )
    /// The mouse moves with the button that went down here.
    mutating func drag(to point: Point)
    /// The button is up again, or the screen has another size.
    mutating func release()
    /// The wheel turns over it; `parts` lie under the pointer, the topmost first.
    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    )

    /// Draws itself: a pane into its rectangle, an overlay somewhere on the whole screen.
    func draw(in rect: Rect, _ painter: inout Painter)
}

extension Surface {
    func hints(_ context: DashboardContext) -> [Hint] { [] }
    func acceptsLetter(_ letter: Character) -> Bool { false }
    mutating func accept(
        stray letter: Character,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) -> Bool { false }
    mutating func paste(_ text: String, _ context: DashboardContext, _ effects: inout Effects) {}
    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {}
    mutating func drag(to point: Point) {}
    mutating func release() {}
    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {}
}

/// A feature with a place of its own beside the others. <doc:AddingAPane> has a whole one as an example.
protocol Pane: Feature, Surface {
    static var id: PaneID { get }
    static var place: PanePlace { get }
    /// Where the keys of its actions work; one that has rows or lines includes `.list`.
    static var context: ActionContext { get }
    /// Whether there is something in it to show; a closed pane has no place and no tab.
    var isOpen: Bool { get }
    /// Whether it is still on the way to where keys have sent it, because that is being read. Keys wait meanwhile, as they
    /// would mean what is not there yet.
    var isUnderWay: Bool { get }
    /// Nobody waits any longer for what `isUnderWay`.
    mutating func stayHere()

    /// The focus comes to it: with a step through the panes (1 forward, -1 backward), or by name.
    mutating func gainFocus(step: Int?)
    mutating func loseFocus()
    /// After each input but the wheel: brings what has the focus back into view.
    mutating func reveal()
    /// Draws the line that stands for a pane at the side while that has no place.
    func drawSummary(in row: Rect, _ painter: inout Painter)
    /// Hears where it stands, after each message; nil while it is not on the screen.
    mutating func settle(in rect: Rect?, _ context: DashboardContext)
}

extension Pane {
    static var context: ActionContext { .pane(Self.id) }
    var isOpen: Bool { true }
    var isUnderWay: Bool { false }
    func contexts(_ context: DashboardContext) -> [ActionContext] { [Self.context] }
    mutating func stayHere() {}
    mutating func gainFocus(step: Int?) {}
    mutating func loseFocus() {}
    mutating func reveal() {}
    func drawSummary(in row: Rect, _ painter: inout Painter) {}
    mutating func settle(in rect: Rect?, _ context: DashboardContext) {}

    var pane: (any Pane)? { self }
    mutating func settle(in layout: DashboardLayout, _ context: DashboardContext) {
        settle(in: layout.panes[Self.id], context)
    }
}

/// The name of a pane, as its tab and the help show it; each pane declares its own.
package struct PaneID: Sendable, Hashable {
    let name: String

    init(_ name: String) { self.name = name }
}

/// Where a pane stands on screens that have room for several.
enum PanePlace: Sendable, Hashable {
    /// At the left: always on wide screens, else while it has the focus.
    case side
    /// The largest room. Of several such panes the one that had the focus last is shown.
    case main
    /// Below the main one, while it is open.
    case below
}

/// What lies over the dashboard and has all keys while it is on top.
///
/// A feature opens one in answer to an action, `effects.open(TimeJump())`; it closes itself with `effects.close()` and posts
/// its result as an event, `effects.post(TimeChosen(text: text))`. <doc:AddingAPane> has all of this one.
protocol Overlay: Surface {
    /// The left button went down beside it. By default the same as Esc.
    mutating func pressOutside(_ context: DashboardContext, _ effects: inout Effects)
    /// It is being opened; `obstacle` says why an action can't be done now.
    mutating func begin(_ context: DashboardContext, obstacle: (ActionID) -> String?)
}

extension Overlay {
    mutating func begin(_ context: DashboardContext, obstacle: (ActionID) -> String?) {}

    mutating func pressOutside(_ context: DashboardContext, _ effects: inout Effects) {
        _ = perform(.close, context, &effects)
    }
}

/// One offer of the footer.
struct Hint: Sendable, Hashable {
    let action: ActionID
    /// In place of the action's own, where those don't fit the moment.
    let words: String?

    /// An action of the table, dimmed while it can't be done; nothing while it has no key.
    static func action(_ action: ActionID, _ words: String? = nil) -> Hint { Hint(action: action, words: words) }
}

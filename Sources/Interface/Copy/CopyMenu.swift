import Domain
import Drawing
import EngineAPI
import Primitives

/// What can be copied where the focus is: of the marked events, of the one that is looked at, of the form.
struct CopyMenu {
    let context: DashboardContext

    var items: [Menu.Item] {
        if context.focus == .form { return formItems }
        return markedItems + eventItems
    }

    private var formItems: [Menu.Item] {
        guard let draft = context.formDraft else { return [] }
        return [
            Self.item("POST /instances of this form", InstanceRequest.body(draft), shown: "secrets as placeholders")
        ]
    }

    private var markedItems: [Menu.Item] {
        let marks = context.marked
        guard context.focus == .events, marks.matching == nil, !marks.isEmpty else { return [] }
        let events = marks.events.sorted { $0.key < $1.key }.map(\.value)
        var records: [String] = []
        for event in events where !records.contains(event.recordID) { records.append(event.recordID) }
        return [
            Self.item(
                "Ids of the \(Words.count(Int64(events.count), "marked event"))",
                events.map(\.eventID).joined(separator: "\n"),
                shown: "one a line"
            ),
            Self.item(
                "Ids of their \(Words.count(Int64(records.count), "record"))",
                records.joined(separator: "\n"),
                shown: "one a line"
            ),
        ]
    }

    private var eventItems: [Menu.Item] {
        guard let event = context.subject else { return [] }
        var items: [Menu.Item] = []
        if context.focus == .detail, let field = context.openField {
            items.append(Self.item("Field \(field.path)", field.value))
        }
        items += [Self.item("Event id", event.eventID), Self.item("Record id", event.recordID)]
        if let name = event.shownName { items.append(Self.item("Record name", name)) }
        if case .success(let address) = context.recordAddress(of: event) {
            items.append(Self.item("Address of the record in Salesforce", address))
        }
        func later(_ title: String, _ detail: String, _ what: EventCopy.What) -> Menu.Item {
            Menu.Item(title: title, detail: detail, choice: .post(EventCopy(event: event, what: what)))
        }
        return items + [
            later("Record as JSON", "", .record), later("Notification body", "the exact bytes", .body),
            later("curl command", "signed now, good for 5 minutes", .curl),
        ]
    }

    static func item(_ title: String, _ text: String, shown: String? = nil) -> Menu.Item {
        let what =
            title.first?.isUppercase == true && !title.hasPrefix("POST")
            ? title.prefix(1).lowercased() + title.dropFirst() : title
        return Menu.Item(
            title: title,
            detail: shown ?? String(text.prefix(40)),
            choice: .command(.copy(text, what: "the \(what)"))
        )
    }
}

/// Posted to copy what has to be asked for first.
struct EventCopy: DashboardEvent {
    enum What: Sendable, Hashable {
        case record
        case body
        case curl
    }

    let event: EventSummary
    let what: What
}

extension DashboardContext {
    /// Where a person sees the record in the org, or why that is not known.
    func recordAddress(of event: EventSummary) -> Result<String, Failure> {
        guard let instance = instances[event.instanceID] else {
            return .failure(.failed("The instance of this event is gone, and the address of its org with it."))
        }
        guard let address = instance.organizationURL, HTTPAddress.fault(in: address) == nil else {
            return .failure(.failed("The address of the org is not known yet; connect the instance first."))
        }
        return .success((address.hasSuffix("/") ? String(address.dropLast()) : address) + "/" + event.recordID)
    }
}

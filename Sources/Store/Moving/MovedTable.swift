/// A table as it moves from one store to another: each store has it under the same name, with the same columns.
package struct MovedTable: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case integer
        /// A number that is 0 or 1 in one store and a boolean in another.
        case flag
        case text
        case bytes
        /// A text that each store seals by its own key, for the place that the row's number names.
        case sealed
    }

    package struct Column: Sendable, Hashable {
        package let name: String
        package let kind: Kind
    }

    package let name: String
    package let columns: [Column]
    /// How many of the columns, from the first one on, are its key, in whose order rows are read and written.
    package let keyCount: Int
    /// Rows of one step; fewer where a row may be large.
    package let step: Int

    /// Columns as words: `name` is a number, `?name` a flag, `$name` a text, `*name` bytes, `!name` sealed.
    private init(_ name: String, key keyCount: Int = 1, step: Int = 2000, _ columns: String) {
        self.name = name
        self.keyCount = keyCount
        self.step = step
        self.columns = columns.split(separator: " ").map { word in
            let kinds: [Character: Kind] = ["?": .flag, "$": .text, "*": .bytes, "!": .sealed]
            guard let kind = word.first.flatMap({ kinds[$0] }) else {
                return Column(name: String(word), kind: .integer)
            }
            return Column(name: String(word.dropFirst()), kind: kind)
        }
    }

    package var key: ArraySlice<Column> { columns.prefix(keyCount) }
    package var columnNames: String { columns.map(\.name).joined(separator: ", ") }

    /// All that a store holds, but for the index of words, which each makes by itself.
    package static let all = [
        MovedTable("instance", "id $name $tags $settings ?disabled !secrets created updated"),
        MovedTable("object", "id $name"),
        MovedTable("sender", "id instance $name $tags"),
        MovedTable(
            "poller",
            key: 2,
            "instance $object cursor deleted_cursor baseline last_poll next_poll api_calls rows_read $problem "
                + "$provider_message $note $resume $calls"
        ),
        MovedTable("ledger", key: 3, "instance object $record_id stamp guess ?deleted revision $fields"),
        MovedTable("ledger_stamp", key: 3, "instance object stamp records"),
        MovedTable("message", key: 2, "instance $id received"),
        MovedTable(
            "event",
            "sequence $event_id notification instance object change state ?undelete source date received $record_id "
                + "$record_name $changed replay"
        ),
        MovedTable(
            "payload",
            step: 200,
            "sequence $master_record poll_date $record $envelope $previous $changes message"
        ),
        MovedTable(
            "delivery",
            "id instance sender count state attempts others next_attempt retry_wait created last_status last_ms $last_error "
                + "replay replay_at replay_ms replay_status $replay_error"
        ),
        MovedTable("lane", key: 4, "instance $record_id waiting id"),
        MovedTable(
            "attempt",
            step: 500,
            "id notification number replay started ms status $error $url $headers *body first_byte resolve connect tls "
                + "?reused"
        ),
        MovedTable("counter", key: 4, "instance object change state events"),
        MovedTable("replay_counter", key: 5, "instance object change state replay events"),
        MovedTable("span", "block earliest latest"),
        MovedTable("callback_hold", "instance $url $reason until"),
        MovedTable(
            "replay_job",
            "id instance $filter $state rate total succeeded failed position last_sequence $last_error created updated "
                + "?waits"
        ),
        MovedTable("audit", "id at $actor $action instance $subject $failure"),
    ]
}

/// A value on its way from one store to another.
package enum MovedValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    package init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }
    package init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    package init(_ bytes: [UInt8]?) { self = bytes.map { .bytes($0) } ?? .null }

    package var integer: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }

    package var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    package var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }
}

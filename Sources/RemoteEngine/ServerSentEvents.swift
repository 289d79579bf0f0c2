/// One of the events that a server sends, as far as they are used here.
package struct ServerSentEvent: Sendable, Hashable {
    package var name: String
    /// Empty where nothing comes but the place to go on from.
    package var data: String
    /// The place to go on from, where it brings one.
    package var id: String?
}

/// Takes a stream of server-sent events apart, whatever the chunks are that it comes in.
package struct ServerSentEventParser: Sendable {
    /// A line or an event is longer than any that a node sends.
    package struct TooLong: Error, Hashable {}

    /// Bytes of one event.
    package static let longest = 16 << 20

    private var line: [UInt8] = []
    private var name = "message"
    private var data: [UInt8] = []
    private var id: String?
    private var endedWithReturn = false

    package init() {}

    /// The events that are whole with this chunk.
    package mutating func feed(_ chunk: some Sequence<UInt8>) throws(TooLong) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in chunk {
            defer { endedWithReturn = byte == 0x0D }
            switch byte {
            case 0x0A where endedWithReturn: continue
            case 0x0A, 0x0D: if let event = endLine() { events.append(event) }
            default:
                guard line.count + data.count < Self.longest else { throw TooLong() }
                line.append(byte)
            }
        }
        return events
    }

    /// An event ends with an empty line.
    private mutating func endLine() -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if line.isEmpty {
            defer {
                name = "message"
                data.removeAll()
                id = nil
            }
            guard !data.isEmpty || id != nil else { return nil }
            return ServerSentEvent(name: name, data: String(decoding: data.dropLast(), as: UTF8.self), id: id)
        }
        let colon = line.firstIndex(of: 0x3A) ?? line.endIndex
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == 0x20 { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "event": name = String(decoding: value, as: UTF8.self)
        case "id": id = String(decoding: value, as: UTF8.self)
        case "data": data += value + [0x0A]
        default: break
        }
        return nil
    }
}

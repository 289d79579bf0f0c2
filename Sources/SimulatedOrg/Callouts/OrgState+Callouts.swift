extension OrgState {
    /// How many rows a trigger sees at once, and how many of them the generated code puts into one message.
    private static let triggerChunk = 200
    private static let messageChunk = 50

    /// Puts the messages that triggers and outbound rules make of committed writes into the book.
    mutating func enqueueCallouts(for writes: [Write]) {
        guard !code.triggers.isEmpty || !callouts.rules.isEmpty else { return }
        var groups: [[Write]] = []
        for write in writes where write.firesTriggers && write.operation != .touch {
            if let last = groups.last?.last, last.table == write.table, last.operation == write.operation,
                groups[groups.count - 1].count < Self.triggerChunk
            {
                groups[groups.count - 1].append(write)
            } else {
                groups.append([write])
            }
        }
        for group in groups {
            fireTriggers(group)
            sendOutboundMessages(group)
        }
    }

    private mutating func fireTriggers(_ writes: [Write]) {
        guard let first = writes.first, let (event, verb) = Self.event(first.operation) else { return }
        let object = tables[first.table].type.name
        for (_, trigger) in code.triggers.sorted(by: { $0.key < $1.key })
        where trigger.object == object && trigger.events.contains(event) {
            // Only triggers that call a class of the agreed pattern are understood.
            guard let relay = ApexSource.calledClasses(trigger.body).sorted().first(where: { $0.hasSuffix("Relay") }),
                let source = code.classes[relay], let endpoint = ApexSource.constant("ENDPOINT", in: source),
                let secret = ApexSource.constant("SECRET", in: source).flatMap({ Base64.decode($0) })
            else { continue }
            for start in stride(from: 0, to: writes.count, by: Self.messageChunk) {
                let chunk = writes[start..<min(start + Self.messageChunk, writes.count)]
                enqueue(body: relayBody(chunk, object: object, verb: verb), url: endpoint, secret: secret)
            }
        }
    }

    private static func event(_ operation: Write.Operation) -> (event: String, verb: String)? {
        switch operation {
        case .insert: ("after insert", "create")
        case .update: ("after update", "update")
        case .delete, .purge: ("after delete", "delete")
        case .undelete: ("after undelete", "undelete")
        case .touch: nil
        }
    }

    private mutating func enqueue(body: [UInt8], url: String, secret: [UInt8]) {
        let hex = (0..<4).map { _ in String(random.next() | UInt64(1) << 63, radix: 16).suffix(8) }.joined()
        let policy = callouts.policy
        guard Int.random(in: 0..<100, using: &random) >= policy.lossPercent else {
            callouts.tally.lost += 1
            return
        }
        guard code.allowsCallout(to: url) else {
            // The sender catches the CalloutException and gives up in the end.
            callouts.tally.unauthorized += 1
            return
        }
        let copies = Int.random(in: 0..<100, using: &random) < policy.duplicatePercent ? 2 : 1
        for _ in 0..<copies {
            callouts.add(
                .trigger,
                messageID: "msg_\(hex)",
                url: url,
                body: body,
                secret: secret,
                due: now + policy.delaySeconds
            )
        }
    }

    private func relayBody(_ writes: ArraySlice<Write>, object: String, verb: String) -> [UInt8] {
        var output = Array(
            "{\"operation\":\"\(verb)\",\"object\":\"\(object)\",\"organizationId\":\"\(organizationID)\"".utf8
        )
        let user = writes.first?.after.modifiedBy ?? integrationUser
        output.append(contentsOf: ",\"userId\":\"\(user)\",\"records\":[".utf8)
        for (index, write) in writes.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            triggerRow(write, verb: verb).write(to: &output)
        }
        output.append(contentsOf: "],\"previous\":[".utf8)
        if verb == "update" {
            for (index, write) in writes.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                record(write.before ?? write.after, table: write.table).write(to: &output)
            }
        }
        output.append(contentsOf: "]}".utf8)
        return output
    }

    /// The row as `Trigger.new`, or for deletions `Trigger.old`, shows it.
    private func triggerRow(_ write: Write, verb: String) -> JSON {
        guard verb == "delete", var row = write.before else { return record(write.after, table: write.table) }
        row.masterID = write.after.masterID
        return record(row, table: write.table)
    }

    /// Own columns only, without those that are null, as `JSON.serialize` writes a record.
    private func record(_ row: Row, table: Int) -> JSON {
        let type = tables[table].type
        let url = "/services/data/v67.0/sobjects/\(type.name)/\(row.id)"
        var members = [JSON.Member("attributes", ["type": .string(type.name), "url": .string(url)])]
        for field in type.fields {
            let value = row.value(of: field, now: now)
            if value != .null { members.append(JSON.Member(field.name, value.json)) }
        }
        return .object(members)
    }
}

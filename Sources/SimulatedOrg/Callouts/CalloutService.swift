import Primitives

/// What the org posts to others: the messages of deployed triggers and of standing orders for Outbound Messages.
final class CalloutService {
    var policy: CalloutPolicy {
        get { queue.policy }
        set { queue.policy = newValue }
    }

    private(set) var rules: [OutboundMessageRule] = []
    private var queue = CalloutQueue()
    private var lastNotification = 0
    private var random: SeededGenerator
    private let settings: OrgSettings
    private let database: OrgDatabase
    private let metadata: MetadataService

    init(settings: OrgSettings, database: OrgDatabase, metadata: MetadataService) {
        self.settings = settings
        self.database = database
        self.metadata = metadata
        random = SeededGenerator(seed: settings.configuration.seed, stream: "callouts")
    }

    // MARK: Posting

    /// When the next callout is due.
    var nextDue: Stamp? { queue.nextDue }

    var tally: CalloutQueue.Tally { queue.tally }

    var waiting: Int { queue.waiting.count }

    /// The callouts that are due now; each must be reported to ``finish(_:succeeded:)``.
    func dequeueDue() -> [Callout] { queue.dequeueDue(now: database.now, random: &random) }

    func finish(_ number: Int, succeeded: Bool) {
        queue.finish(number, succeeded: succeeded, now: database.now)
    }

    func add(_ rule: OutboundMessageRule) { rules.append(rule) }

    func removeRules() { rules.removeAll() }

    // MARK: Commits

    /// Queues the messages that triggers and rules make of the writes of one commit.
    func enqueue(for writes: [Write]) {
        guard !metadata.code.triggers.isEmpty || !rules.isEmpty else { return }
        for group in Self.groups(writes) {
            enqueueTriggers(group)
            enqueueOutboundMessages(group)
        }
    }

    /// Runs of writes that one trigger sees together.
    private static func groups(_ writes: [Write]) -> [[Write]] {
        var groups: [[Write]] = []
        for write in writes where write.firesTriggers && write.operation != .touch {
            if let last = groups.last?.last, last.table == write.table, last.operation == write.operation,
                groups[groups.count - 1].count < RelayMessage.triggerRows
            {
                groups[groups.count - 1].append(write)
            } else {
                groups.append([write])
            }
        }
        return groups
    }

    private func enqueueTriggers(_ writes: [Write]) {
        guard let first = writes.first, let (event, verb) = RelayMessage.event(first.operation) else { return }
        let type = database.tables[first.table].type
        for (_, trigger) in metadata.code.triggers.sorted(by: { $0.key < $1.key })
        where trigger.object == type.name && trigger.events.contains(event) {
            // Only triggers that call a class of the agreed pattern are understood.
            guard let relay = ApexSource.calledClasses(trigger.body).sorted().first(where: { $0.hasSuffix("Relay") }),
                let source = metadata.code.classes[relay], let endpoint = ApexSource.constant("ENDPOINT", in: source),
                let secret = ApexSource.constant("SECRET", in: source).flatMap({ Base64.decode($0) })
            else { continue }
            for start in stride(from: 0, to: writes.count, by: RelayMessage.maximumRows) {
                let message = RelayMessage(
                    verb: verb,
                    type: type,
                    writes: writes[start..<min(start + RelayMessage.maximumRows, writes.count)],
                    organizationID: database.organizationID,
                    now: database.now
                )
                enqueue(message, url: endpoint, secret: secret)
            }
        }
    }

    private func enqueue(_ message: RelayMessage, url: String, secret: [UInt8]) {
        let id = "msg_" + (0..<4).map { _ in String(random.next() | 1 << 63, radix: 16).suffix(8) }.joined()
        guard Int.random(in: 0..<100, using: &random) >= policy.lossPercent else {
            queue.tally.lost += 1
            return
        }
        guard metadata.code.allowsCallout(to: url) else {
            // The sender catches the CalloutException and gives up in the end.
            queue.tally.unauthorized += 1
            return
        }
        let copies = Int.random(in: 0..<100, using: &random) < policy.duplicatePercent ? 2 : 1
        let body = message.body
        for _ in 0..<copies {
            queue.enqueue(
                .trigger,
                messageID: id,
                url: url,
                body: body,
                secret: secret,
                due: database.now + policy.delaySeconds
            )
        }
    }

    /// Outbound messages carry creations and changes only.
    private func enqueueOutboundMessages(_ writes: [Write]) {
        guard let first = writes.first, [.insert, .update, .undelete].contains(first.operation) else { return }
        let type = database.tables[first.table].type
        for (index, rule) in rules.enumerated() where rule.object.lowercased() == type.name.lowercased() {
            for start in stride(from: 0, to: writes.count, by: OutboundMessageEnvelope.maximumRows) {
                let rows = writes[start..<min(start + OutboundMessageEnvelope.maximumRows, writes.count)].map(\.after)
                let message = OutboundMessageEnvelope(
                    rule: rule,
                    action: index + 1,
                    type: type,
                    rows: rows,
                    firstNumber: lastNotification + 1,
                    organizationID: database.organizationID,
                    instanceURL: settings.instanceURL,
                    now: database.now
                )
                queue.enqueue(
                    .outboundMessage,
                    messageID: RecordID.make(prefix: "04l", number: lastNotification),
                    url: rule.url,
                    body: Array(message.envelope.utf8),
                    secret: [],
                    due: database.now + policy.delaySeconds
                )
                lastNotification += rows.count
            }
        }
    }
}

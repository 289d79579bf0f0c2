import Domain
import EngineAPI
import HTTPTypes
import Primitives

/// What became of events at the callback, the poller, and a person's way to ask for more.
enum DeliveryRoutes {
    static let routes: [Route] =
        Route.instance(
            .get,
            "/event-poller-records",
            "listPollerRecords",
            .read,
            "One record for each watched object.",
            answer: .json(.list(of: DeliveryShape.pollerSchema), "How each object stands with the poller.")
        ) { call in
            let overview = try await call.engine.instance(try await call.instance().id)
            let now = call.api.now()
            return .json(
                .array(overview.pollers.map { DeliveryShape.json($0, now: now, isPolling: overview.isPolling) })
            )
        }
        + Route.instance(
            .post,
            "/poll",
            "poll",
            .operate,
            "Polls now; answers when what was found is stored.",
            answer: .json(DeliveryShape.pollSchema, "What the poll found."),
            refusals: [.conflict, .badGateway]
        ) { call in
            .json(DeliveryShape.json(try await call.engine.poll(try await call.instance().id)))
        }
        + Route.instance(
            .get,
            "/webhook",
            "getWebhook",
            .admin,
            "Where the org sends webhooks, and the secret that signs them.",
            answer: .json(DeliveryShape.webhookSchema, "The addresses and the secret.")
        ) { call in
            let instance = try await call.instance()
            return .json(try await webhook(call, instance, try await call.engine.instance(instance.id)))
        }
        + Route.instance(
            .get,
            "/deliveries",
            "listDeliveries",
            .read,
            "Deliveries, newest first.",
            parameters: [
                .filter, .init(name: "state", summary: "Only those that stand so.", schema: .words(DeliveryState.self)),
                .list("replay", of: .words(ReplayVerdict.self), "How the last replay ended."),
                .list("replayNot", of: .words(ReplayVerdict.self), "Leaves out those whose last replay ended so."),
            ] + .paging,
            answer: .page(of: DeliveryShape.schema, "A page of deliveries.")
        ) { try await deliveries($0) }
        + [
            Route(
                method: .get,
                template: Route.base + "/instances/events/{eventId}/attempts",
                operation: "listAttempts",
                access: .scope(.read),
                summary: "Every attempt to deliver an event, oldest first.",
                answer: .json(.list(of: DeliveryShape.attemptSchema), "The attempts.")
            ) { call in
                let detail = try await EventRoutes.detail(call, instance: call.element?.id)
                return .json(.array(detail.attempts.map(DeliveryShape.json)))
            },
            Route(
                method: .post,
                template: Route.base + "/instances/events/{eventId}/replay",
                operation: "replayEvent",
                access: .scope(.operate),
                summary: "Sends an event once more, to another callbackUrl or with an edited notification if given.",
                body: .optional(
                    DeliveryShape.replaySchema,
                    examples: [.init("elsewhere", ["callbackUrl": "https://mycoolapp.com"])]
                ),
                answer: .json(DeliveryShape.attemptSchema, "How the attempt ended, which may be a failure."),
                refusals: [.conflict]
            ) { try await replay($0) },
        ]

    static func webhook(_ call: Call, _ instance: Instance, _ overview: InstanceOverview) async throws -> JSON {
        let expires = try await call.engine.apexStatus(instance.id).previousSecretExpires
        return [
            "receiverUrl": .string(overview.receiverURL),
            "outboundMessageUrl": .string(overview.outboundMessageURL),
            "signingSecret": .string(instance.receiverSecret.exposed),
            "previousSecretExpires": InstanceShape.moment(expires),
            "unsignedAllowed": .bool(instance.configuration.unsignedWebhooks),
        ]
    }

    private static func deliveries(_ call: Call) async throws -> Reply {
        let paging = try Paging(call.target)
        var filter = EventFilter()
        filter.instanceIDs = [try await call.instanceOfPast()]
        filter.expression = try EventRoutes.expression(call)
        filter.replays = try EventRoutes.verdicts(call, "replay")
        filter.excludedReplays = try EventRoutes.verdicts(call, "replayNot")
        if let text = call.target["state"] {
            guard let known = DeliveryState(rawValue: text.lowercased()) else {
                let names = DeliveryState.allCases.map(\.rawValue).joined(separator: ", ")
                throw APIError.badRequest("state is one of \(names); \u{201C}\(text.prefix(60))\u{201D} is not.")
            }
            filter.states = [known]
        }
        let deliveries = try await call.engine.deliveries(filter, before: paging.after, limit: paging.size + 1)
        return try await paging.reply(deliveries, total: nil, key: \.notificationID) { DeliveryShape.json($0) }
    }

    private static func replay(_ call: Call) async throws -> Reply {
        let detail = try await EventRoutes.detail(call, instance: call.element?.id)
        var options = ReplayOptions()
        if !call.body.isEmpty {
            // A consumer may be sent what names something twice, too.
            let json = try call.object(members: ["callbackUrl", "notification"], except: "notification")
            if let address = json["callbackUrl"] {
                // It would go to the instance's own callback.
                guard address != .null else {
                    throw APIError.badRequest("callbackUrl is null; leave it out to mean the instance's own callback.")
                }
                let text = address.string ?? address.text
                if let fault = HTTPAddress.fault(in: text) { throw APIError.badRequest("callbackUrl \(fault).") }
                options.callbackURL = text
            }
            switch json["notification"] {
            case nil, .null: break
            case .object: options.notification = JSONRange.raw(of: ["notification"], in: call.body)
            // Text goes out as it is, so that a consumer can be shown what it should refuse.
            case .string(let text): options.notification = Array(text.utf8)
            default: throw APIError.badRequest("notification must be an object, or a text that is sent as it is.")
            }
        }
        let attempt = try await call.engine.replay(eventID: detail.event.eventID, options: options)
        return .json(DeliveryShape.json(attempt))
    }
}

import Domain
import EngineAPI
import Primitives

extension EngineRoutes {
    static var replays: [Route] {
        [
            value(.replayJobs, .read, "The bulk replays of an instance, newest first.") {
                try await $0.engine.replayJobs(try $0.instanceID())
            },
            value(.previewReplays, .read, "What a bulk replay would send.", body: body(EventFilter.self, deadOnes)) {
                try await $0.engine.previewReplays(try $0.instanceID(), filter: try $0.order())
            },
            value(
                .createReplayJob,
                .operate,
                "Begins a bulk replay.",
                body: body(EngineOrder.BulkReplay.self, EngineOrder.BulkReplay(filter: EventFilter(), rate: 10))
            ) {
                let order: EngineOrder.BulkReplay = try $0.order()
                return try await $0.engine.createReplayJob(
                    try $0.instanceID(),
                    filter: order.filter,
                    rate: order.rate
                )
            },
            value(.replayJob, .read, "A bulk replay and how far it is.") {
                try await $0.engine.replayJob(try $0.number("job", of: "bulk replay"))
            },
            value(
                .changeReplayJob,
                .operate,
                "Pauses or resumes a bulk replay, or sets its rate.",
                body: body(
                    EngineOrder.ReplayChange.self,
                    EngineOrder.ReplayChange(isPaused: true, rate: nil),
                    EngineOrder.ReplayChange(isPaused: nil, rate: 10)
                )
            ) {
                let order: EngineOrder.ReplayChange = try $0.order()
                return try await $0.engine.changeReplayJob(
                    try $0.number("job", of: "bulk replay"),
                    isPaused: order.isPaused,
                    rate: order.rate
                )
            },
            value(.cancelReplayJob, .operate, "Ends a bulk replay.") {
                try await $0.engine.cancelReplayJob(try $0.number("job", of: "bulk replay"))
            },
            done(.resumeCallback, .operate, "Ends the hold of a callback, whatever holds it.") {
                try await $0.engine.resumeCallback(try $0.instanceID())
            },
            done(.holdCallback, .operate, "Holds a callback until it is resumed.", body: body(EngineOrder.Hold.self)) {
                let order: EngineOrder.Hold = try $0.order()
                try await $0.engine.holdCallback(try $0.instanceID(), reason: order.reason)
            },
            done(
                .changeBacklogs,
                .operate,
                "Pauses, resumes or cancels backlogs.",
                body: body(EngineOrder.Backlogs.self, EngineOrder.Backlogs(change: .pause, object: nil))
            ) {
                let order: EngineOrder.Backlogs = try $0.order()
                try await $0.engine.changeBacklogs(try $0.instanceID(), order.change, object: order.object)
            },
        ]
    }
}

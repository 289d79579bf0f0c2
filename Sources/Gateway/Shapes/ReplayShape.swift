import Domain
import Primitives

/// Bulk replays as the API shows them.
enum ReplayShape {
    static func json(_ job: ReplayJob) -> JSON {
        [
            "id": .integer(job.id),
            "instanceId": .integer(job.instanceID),
            "state": .string(job.state.rawValue),
            "filter": job.filter.json,
            "rate": .integer(job.rate),
            "total": .integer(job.total),
            "done": .integer(job.done),
            "succeeded": .integer(job.succeeded),
            "failed": .integer(job.failed),
            "waitsForCallback": .bool(job.waitsForCallback),
            "lastError": job.lastError.map { .string($0) } ?? .null,
            "position": .integer(job.position),
            "createdDate": .string(job.createdAt.iso),
            "updatedDate": .string(job.updatedAt.iso),
        ]
    }
}

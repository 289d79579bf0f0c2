import Domain
import Primitives
import Store

/// The database: whether it is whole, beside whoever writes it.
struct StoreExamination {
    private let path: String

    init(_ dataDirectory: String) { path = dataDirectory }

    var findings: [Finding] {
        do throws(StoreError) {
            let health = try StoreHealth.examine(directory: path)
            guard health.faults.isEmpty else {
                return [
                    .failed(
                        "store",
                        "The database is damaged (\(health.faults[0])); stop Signalbox, keep a copy of \(path), and restore a backup."
                    )
                ]
            }
            return [
                .sound(
                    "store",
                    "whole: \(health.events.grouped) events, \(health.bytes >> 20) MiB, schema \(health.schema)"
                )
            ]
        } catch {
            return [.failed("store", error.message)]
        }
    }
}

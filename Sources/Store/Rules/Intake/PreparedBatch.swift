package import Domain
import Primitives

/// A batch with everything spelled out that needs no ledger, so that the one writer doesn't have to.
package struct PreparedBatch: Sendable {
    /// What is stored of an observation.
    package struct Texts: Sendable, Hashable {
        /// All fields, for the ledger.
        package let fields: String
        /// What the event keeps.
        package let record: String
        package let previous: String?
        package let name: String?
    }

    package let batch: IntakeBatch
    /// In the order of the observations.
    package let texts: [Texts]

    package init(_ batch: IntakeBatch) {
        self.batch = batch
        texts = batch.observations.map { Texts($0, filterNulls: batch.filterNulls) }
    }
}

extension PreparedBatch.Texts {
    package init(_ seen: Observation, filterNulls: Bool) {
        func spelled(_ fields: RecordFields, _ text: String) -> String {
            guard filterNulls, fields.mayHoldNulls else { return text }
            return fields.droppingNulls().json
        }
        fields = seen.fields.json
        if seen.kind == .deleteLog, seen.fields.fields.isEmpty {
            // The delete log names nothing but the id; what the org never said isn't made up.
            record = #"{"Id":\#(JSON.string(seen.recordID).text),"IsDeleted":true}"#
        } else {
            record = spelled(seen.fields, fields)
        }
        previous = seen.previous.map { spelled($0, $0.json) }
        name = seen.fields.displayName
    }
}

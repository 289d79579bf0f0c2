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
        /// The fields that came, as the event keeps them.
        package let recordFields: RecordFields
        /// What the change replaced, where its sender told it.
        package let previous: String?
        /// The same as it is stored (`PreviousFields`).
        package let storedPrevious: String?
        package let name: String?
        /// Leads from the event's record back to all fields (`FilteredFields`); nil where the event keeps something else.
        package let filtered: String?
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
        /// What the filter leaves of fields; nil: all of them.
        func filtering(_ fields: RecordFields) -> RecordFields? {
            filterNulls && fields.mayHoldNulls ? fields.droppingNulls() : nil
        }
        let kept = filtering(seen.fields)
        fields = seen.fields.json
        recordFields = kept ?? seen.fields
        if seen.kind == .deleteLog, seen.fields.fields.isEmpty {
            // The delete log names nothing but the id; what the org never said isn't made up.
            record = #"{"Id":\#(JSON.string(seen.recordID).text),"IsDeleted":true}"#
            filtered = nil
        } else if let kept {
            record = kept.json
            filtered = FilteredFields.text(seen.fields, kept: kept)
        } else {
            record = fields
            filtered = ""
        }
        let before = seen.previous.map { filtering($0) ?? $0 }
        previous = before?.json
        storedPrevious = before.map { [recordFields] in PreviousFields.text($0, beside: recordFields) }
        name = seen.fields.displayName
    }
}

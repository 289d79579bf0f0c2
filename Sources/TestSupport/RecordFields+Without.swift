package import Domain

extension RecordFields {
    package func without(_ names: Set<String>) -> RecordFields {
        RecordFields(fields.filter { !names.contains($0.name) })
    }
}

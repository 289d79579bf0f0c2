import Primitives

/// Figures by name, as a measuring process prints them on one line.
struct Readings: Sendable {
    private let values: [String: Double]

    init(_ values: [String: Double]) { self.values = values }

    init(parsing line: String?, of part: String) throws {
        guard let line else { throw BenchFault("\(part): the measuring process ended without a word") }
        var values: [String: Double] = [:]
        for member in try JSON(parsing: line).members ?? [] {
            values[member.name] = member.value.settingText.flatMap { Double($0) }
        }
        self.values = values
    }

    /// Not a number where nothing of this name was measured, so that no goal is met by it.
    subscript(name: String) -> Double { values[name] ?? .nan }

    var line: String {
        JSON.object(
            values.sorted { $0.key < $1.key }.filter { $0.value.isFinite }
                .map { JSON.Member($0.key, .number(String($0.value))) }
        ).text
    }
}

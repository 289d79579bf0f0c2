/// A measurement that went wrong: no figure is better than a false one.
struct BenchFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

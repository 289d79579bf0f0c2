/// The callouts that deployed triggers have asked for.
struct CalloutBook: Sendable {}

extension OrgState {
    mutating func enqueueCallouts(for writes: [Write]) {}
}

extension OrgState {
    mutating func performOnCallouts(_ order: ControlOrder) throws(ServiceError) -> JSON { [:] }
}

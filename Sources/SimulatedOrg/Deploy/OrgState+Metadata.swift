extension OrgState {
    mutating func respondToMetadata(_ call: DataCall) throws(ServiceError) -> SimulatedResponse { throw .notFound }
}

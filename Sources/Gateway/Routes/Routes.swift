extension [Route] {
    /// Every call that the management listener answers.
    static let all: [Route] =
        InstanceRoutes.routes + ConfigurationRoutes.routes + ElementRoutes.routes + EventRoutes.routes
        + AnalyticsRoutes.routes + DeliveryRoutes.routes + HoldRoutes.routes + BacklogRoutes.routes
        + ReplayRoutes.routes + ApexRoutes.routes
        + StreamRoutes.routes + OAuthRoutes.routes + AuthorizationRoutes.routes
        + HealthRoutes.routes + EngineRoutes.routes
}

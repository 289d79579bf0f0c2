/// Every feature of the dashboard, each in one line.
///
/// Their order is that of the rows in help, palette and documentation, and that in which they hear of things.
enum Registry {
    static var features: [any Feature] {
        [
            FormPane(),
            EventsPane(),
            MarksFeature(),
            ReplayFeature(),
            FailuresFeature(),
            EditFeature(),
            CopyFeature(),
            ExportFeature(),
            DetailPane(),
            StoryFeature(),
            BusyFeature(),
            CompareFeature(),
            InstancesFeature(),
            PaneNavigation(),
            PaneSizing(),
            MessagesFeature(),
            HealthFeature(),
            OverviewFeature(),
            AuditFeature(),
            AppearanceFeature(),
            HelpFeature(),
            ProgramFeature(),
            ApexFeature(),
            ConnectFeature(),
            ActivityMeter(),
        ]
    }
}

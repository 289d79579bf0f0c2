import Drawing

extension ActionTable {
    /// What can be done about an instance's Apex; the window behind the first lists the others.
    static let apex: [Action] = [
        Action(
            .apex,
            [.character("a")],
            "Show the Apex: deploy, remove, export",
            hint: "apex",
            in: [.everywhere]
        ),
        Action(.deployApex, [], "Deploy the Apex triggers into the org", hint: "deploy", in: [.everywhere]),
        Action(.removeApex, [], "Remove the Apex from the org", hint: "remove", in: [.everywhere]),
        Action(
            .exportApex,
            [],
            "Export the Apex as a Salesforce DX project",
            hint: "export",
            in: [.everywhere]
        ),
        Action(.rotateSecret, [], "Rotate the receiver secret", hint: "rotate", in: [.everywhere]),
        Action(.copyReceiver, [], "Copy the receiver URL", hint: "copy URL", in: [.everywhere]),
        Action(
            .copyOutbound,
            [],
            "Copy the address for Outbound Messages",
            hint: "copy outbound",
            in: [.everywhere]
        ),
        Action(.apexReport, [], "Show what the org said to the last deployment", hint: "report", in: [.everywhere]),
    ]
}

import Domain
import Drawing
import Primitives

extension TextReport {
    /// All that the org said to a deployment.
    init(deployment status: DeployStatus, isFailure: Bool, _ sentence: String? = nil, glyphs: Glyphs) {
        var paragraphs: [Paragraph] = []
        if let sentence { paragraphs += [Paragraph(text: sentence, role: .statusFail), Paragraph(text: "")] }
        paragraphs.append(
            Paragraph(
                text: "\(status.status): \(status.componentsDeployed) of \(status.componentsTotal) components, "
                    + "\(status.testsCompleted) of \(status.testsTotal) tests. Deployment \(status.id).",
                role: .dim
            )
        )
        if !status.failures.isEmpty {
            paragraphs += [Paragraph(text: ""), Paragraph(text: "What the org said", role: .title)]
            paragraphs += status.failures.map {
                Paragraph(text: $0, role: isFailure ? .text : .statusWarn, mark: glyphs.failure.string + " ")
            }
        }
        if !status.coverage.isEmpty {
            paragraphs += [Paragraph(text: ""), Paragraph(text: "Coverage by the test", role: .title)]
            paragraphs += status.coverage.map {
                Paragraph(text: "\($0.percent) % \($0.name)", role: $0.percent < 75 ? .statusFail : .statusOK)
            }
        }
        self.init(title: isFailure ? "The org refused it" : "Last deployment", paragraphs: paragraphs)
    }
}

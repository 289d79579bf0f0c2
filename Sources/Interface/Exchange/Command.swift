package import Domain
package import EngineAPI
package import Primitives

/// What the dashboard wants done; the loop does it and posts the result back as a `Message`.
package enum Command: Sendable, Hashable {
    /// Answered by `.instances`.
    case loadInstances
    /// Answered by `.page` with the same token.
    case loadPage(token: Int, PageRequest)
    /// The events of a range that is being marked; answered by `.marks` with the same token.
    case loadMarks(token: Int, PageRequest)
    /// Answered by `.counts` with the same token.
    case loadCounts(token: Int, EventFilter)
    /// Answered by `.failures` with the same token.
    case loadFailures(token: Int, InstanceID)
    /// Answered by `.audit` with the same token.
    case loadAudit(token: Int, before: Int64?, limit: Int)
    /// Answered by `.histogram` for the same use and with the same token.
    case loadHistogram(HistogramUse, token: Int, HistogramRequest)
    /// Answered by `.activity` with the same token.
    case loadActivity(token: Int, InstanceID, since: Timestamp)
    /// Answered by `.statistics` with the same token; with nil of no instance in particular.
    case loadStatistics(token: Int, InstanceID?)
    /// Answered by `.detail`.
    case loadDetail(sequence: Int64)
    /// Answered by `.objects`.
    case describeObjects(InstanceID)
    /// Answered by `.saved` with the same number.
    case create(request: Int, InstanceDraft)
    /// Answered by `.saved` with the same number, for the same instance.
    case update(request: Int, InstanceID, InstanceDraft)
    /// Answered by `.deleted`.
    case deleteInstance(InstanceID)
    /// Answered by `.switched`.
    case setEnabled(InstanceID, Bool)
    /// Answered by `.polled`.
    case pollNow(InstanceID)
    /// Answered by `.resumed`.
    case resumeCallback(InstanceID)
    /// Answered by `.held`.
    case holdCallback(InstanceID)
    /// Of all objects; answered by `.backlogsChanged`.
    case changeBacklogs(InstanceID, BacklogChange)
    /// Answered by `.replayed`.
    case replay(sequence: Int64, eventID: String, options: ReplayOptions = ReplayOptions())
    /// Answered by `.signed`.
    case signRequest(eventID: String)
    /// Gives the terminal to the person's editor with this text; answered by `.edited` when they have left it.
    case edit(sequence: Int64, String)
    /// Answered by `.replayPreview` with the same token.
    case previewReplays(token: Int, InstanceID, EventFilter)
    /// Answered by `.replaysCreated` with the same number.
    case createReplays(request: Int, InstanceID, EventFilter, rate: Int)
    /// Answered by `.replays` with the same token.
    case loadReplays(token: Int, InstanceID)
    /// Pauses, resumes or sets the rate; answered by `.replayChanged`.
    case changeReplay(Int64, isPaused: Bool?, rate: Int?)
    /// Answered by `.replayChanged`.
    case cancelReplay(Int64)
    /// Answered by `.apex`.
    case loadApex(InstanceID)
    /// Answered by `.apexEnded`.
    case runApex(InstanceID, ApexWork, allowProduction: Bool)
    /// Writes the Apex project; answered by `.apexExported` with the same number.
    case exportApex(request: Int, InstanceID, folder: String)
    /// Answered by `.secretRotated`.
    case rotateSecret(InstanceID)
    /// Answered by `.tested`; a masked key stands for the instance's own.
    case testCallback(url: String, signatureKey: Secret, instance: InstanceID?)
    /// Answered by `.authorizationBegun` with the same token.
    case beginAuthorization(token: Int, InstanceConfiguration, InstanceID?)
    /// Answered by `.authorization` when it was answered, or after a while.
    case awaitAuthorization(state: String)
    /// Answered by `.authorizationReply`.
    case completeAuthorization(state: String, reply: String)
    case cancelAuthorization(state: String)
    /// Writes events into a file; answered by `.exportProgress` again and again, and by `.exported` at the end.
    case export(ExportOrder)
    /// Ends the export of this number.
    case cancelExport(Int)
    /// Opens an address in a browser; `.opened` says if it could not be done.
    case open(String)
    /// Reads a private key from a file; answered by `.keyRead`.
    case readKey(path: String)
    /// Puts a text on the clipboard, or where that can't be done into a file; answered by `.copied`.
    case copy(String, what: String)
    case setTheme(String)
    /// Keeps what the dashboard remembers for its next run.
    case remember(DashboardMemory)
    /// Repaints every cell, whatever the terminal shows.
    case redraw
    case suspend
    case quit
}

/// What counts of a history are for; of each use only the newest question matters.
package enum HistogramUse: Sendable, Hashable {
    /// The scrollbar of the list.
    case list
    /// What is looked for in it.
    case hits
    /// The strip of a day.
    case day
}

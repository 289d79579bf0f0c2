import Domain
import Primitives

extension EventShape {
    /// The original's words.
    static let statuses = ["NEW", "RECEIVED", "DISPATCHED", "CONSUMED", "NOTIFIED"]

    /// Lists without payloads and streams leave out what is optional here.
    static let schema = JSONSchema.object(
        [
            "id": .text.described("The same in every notification, retry and replay."),
            "eventDate": .moment.described("When it was stored."), "status": .words(statuses),
            "sequence": .id.described("Grows with every stored event."), "instanceId": .id,
            "eventType": .words(Change.self), "objectType": .text, "objectId": .text, "objectName": .text.nullable,
            "date": .moment.described("The record's own stamp."), "source": .words(ChangeSource.self),
            "changedFields": .list(of: .text), "delivery": DeliveryShape.schema.nullable,
        ],
        optional: [
            "undeleted": .flag, "providerData": .text.described("What the org sent, as JSON text."),
            "notifiedData": .list(of: .anything).described("The notification, once it was delivered."),
            "eventElementInstances": .list(
                of: .object([
                    "eventId": .text, "elementInstanceId": .id, "notificationId": JSONSchema.id.nullable,
                    "notifiedData": .text.described("The notification as JSON text."), "createdDate": .moment,
                    "updatedDate": .moment,
                ])
            ),
        ]
    ).named("Event")
}

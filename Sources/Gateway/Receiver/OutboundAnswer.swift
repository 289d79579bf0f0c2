import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// What Salesforce gets for an Outbound Message: anything but this acknowledgement makes it send again.
enum OutboundAnswer {
    static let acknowledgement = envelope(
        #"<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>"#
    )

    static func accepted() -> Response { response(.ok, acknowledgement) }

    static func refusal(_ error: APIError) -> Response {
        let isOurs = error.status.kind == .serverError
        var answer = response(
            error.status,
            envelope(
                "<soapenv:Fault><faultcode>soapenv:\(isOurs ? "Server" : "Client")</faultcode>"
                    + "<faultstring>\(escaped(error.message))</faultstring></soapenv:Fault>"
            )
        )
        for field in error.headers { answer.headers[field.name] = field.value }
        return answer
    }

    private static func response(_ status: HTTPResponse.Status, _ body: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/xml; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: body))
        )
    }

    private static func envelope(_ content: String) -> String {
        #"<?xml version="1.0" encoding="UTF-8"?>"#
            + #"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>"#
            + content + "</soapenv:Body></soapenv:Envelope>"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}

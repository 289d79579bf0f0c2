import Callbacks
import NIOCore
import Salesforce
import Testing

@testable import Engine

/// Each fault of the client as a sentence.
struct CallbackFailureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var cause: CallbackFault.Cause
        var sentence: String

        var testDescription: String { sentence }
    }

    static let cases = [
        Case(cause: .badAddress, sentence: "The callback could not be asked: its address can't be used; check it."),
        Case(
            cause: .unsendable,
            sentence: "The callback could not be asked: its address, token or a header holds characters that can't "
                + "be sent; enter it anew."
        ),
        Case(
            cause: .unresolved("x"),
            sentence: "The callback can't be reached: its host name does not resolve; check the spelling and this "
                + "machine's DNS."
        ),
        Case(
            cause: .resolveTimeout,
            sentence: "The callback can't be reached: its host name was not resolved within 5 s; check this machine's "
                + "DNS."
        ),
        Case(
            cause: .resolverSilent,
            sentence: "The callback can't be reached: its host name can't be resolved, as nobody answers who could; "
                + "check this machine's DNS."
        ),
        Case(
            cause: .connectTimeout,
            sentence: "The callback can't be reached: it accepted no connection within 5 s; check the address and the "
                + "firewall."
        ),
        Case(
            cause: .tlsTimeout,
            sentence: "The callback was reached, but no TLS was agreed with it within 5 s; check that this is its TLS "
                + "port."
        ),
        Case(cause: .timedOut, sentence: "No answer within 1500 ms."),
        Case(cause: .closed, sentence: "The callback was reached, but it closed the connection without an answer."),
        Case(
            cause: .closedMidway,
            sentence: "The callback was reached, but it closed the connection in the middle of its answer."
        ),
        Case(
            cause: .failed(IOError(errnoCode: 104, reason: "read")),
            sentence: "The callback was reached, but it reset the connection."
        ),
        Case(
            cause: .failed(IOError(errnoCode: 111, reason: "connect")),
            sentence: "The callback can't be reached: it refused the connection; check the port, and whether it is "
                + "running."
        ),
    ]

    @Test(arguments: cases) func `a fault is told with its cause and the way out`(_ example: Case) async {
        let fault = await TransportFault.examined(CallbackFault(example.cause), url: "https://a.example/")
        #expect(CallbackFailure.sentence(fault, timeout: 1500, connect: 5000) == example.sentence)
    }

    @Test func `of a callback that was only connected to, the proxy on the way is named`() async {
        let fault = CallbackFault(.proxy("the proxy p:1 can't be reached"))
        #expect(
            await CallbackFailure.sentence(of: fault, url: "https://a.example/", connect: 5000)
                == "The callback was not asked: the proxy p:1 can't be reached; check HTTP_PROXY, HTTPS_PROXY and NO_PROXY."
        )
    }

    @Test func `what the end of the program tore is no failure of the callback`() async {
        for cause in [CallbackFault.Cause.cancelled, .stopping] {
            let fault = await TransportFault.examined(CallbackFault(cause), url: "https://a.example/")
            #expect([.cancelled, .stopping].contains(fault.kind))
        }
    }
}

package import Hummingbird
package import NIOCore

/// All that a listener keeps beside a request: nothing that would have to be made for each one.
package struct ListenerContext: InitializableFromSource {
    package let channel: any Channel

    package init(source: ApplicationRequestContextSource) { channel = source.channel }
}

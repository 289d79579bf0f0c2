package import Domain

extension Change: WireWord {}
extension ChangeSource: WireWord {}
extension DeliveryState: WireWord {}
extension ReplayVerdict: WireWord {}
extension ReplayJob.State: WireWord {}
extension BacklogChange: WireWord {}

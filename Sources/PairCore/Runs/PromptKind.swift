/// Which template a prompt is made from: one a mode, and one for reviews, which are plans with other words.
public enum PromptKind: String, Hashable, Sendable, CaseIterable {
  case plan, review
  case autoEdit = "auto-edit"
  case auto
  case fullAuto = "full-auto"

  public init(_ mode: RunMode, _ type: TaskType) {
    self =
      switch mode {
      case .plan: type == .review ? .review : .plan
      case .autoEdit: .autoEdit
      case .auto: .auto
      case .fullAuto: .fullAuto
      }
  }
}

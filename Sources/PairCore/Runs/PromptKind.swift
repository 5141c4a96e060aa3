/// Which template a prompt is made from: one a mode, and one for reviews, which are plans with other words.
package enum PromptKind: String, Hashable, Sendable, CaseIterable {
  case plan, review
  case autoEdit = "auto-edit"
  case auto
  case fullAuto = "full-auto"

  package init(_ mode: RunMode, _ type: TaskType) {
    self =
      switch mode {
      case .plan: type == .review ? .review : .plan
      case .autoEdit: .autoEdit
      case .auto: .auto
      case .fullAuto: .fullAuto
      }
  }
}

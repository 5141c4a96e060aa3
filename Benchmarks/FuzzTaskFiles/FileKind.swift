/// The files that people write, each with the ending that says which parser reads it.
enum FileKind: CaseIterable {
  case task, plan, planInMarkdown, capabilities, config

  var ending: String {
    switch self {
    case .task: "task.md"
    case .plan: "plan.yaml"
    case .planInMarkdown: "plan.md"
    case .capabilities: "capabilities.yaml"
    case .config: "config.yaml"
    }
  }

  /// A file with no ending of ours is a task.
  init(ofFile path: String) {
    self = FileKind.allCases.first { path.hasSuffix($0.ending) } ?? .task
  }
}

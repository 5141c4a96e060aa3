import PairCore
import Pipeline

/// What depends on what in a plan, as a graph in the language of Mermaid (https://mermaid.js.org, flowcharts).
struct MermaidText {
  private let plan: Schedule

  init(_ plan: Schedule) { self.plan = plan }

  var lines: [String] {
    // Mermaid takes some words, such as `end`, for its own: no id of ours is a name of a node.
    let items = plan.items.sorted { $0.task.id < $1.task.id }
    let names = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($1.task.id, "t\($0 + 1)") })
    func arrows(from ids: [TaskID], _ arrow: String, to id: TaskID) -> [String] {
      ids.compactMap { names[$0] }.map { "  \($0) \(arrow) \(names[id] ?? "")" }
    }
    var lines = ["flowchart LR"]
    for item in items {
      let title = "\(item.task.id): \(item.task.title.escapedForTerminal(limit: 60))"
      lines.append("  \(names[item.task.id] ?? "")[\"\(title.escapedForMermaid)\"]")
    }
    for item in items {
      lines += arrows(from: item.dependsOn, "-->", to: item.task.id)
      lines += arrows(
        from: item.buildsOn.filter { !item.dependsOn.contains($0) }, "-. same files .->", to: item.task.id)
    }
    if plan.policy == .warn {
      for overlap in plan.overlaps {
        lines += arrows(from: [overlap.first], "-. same files .-", to: overlap.second)
      }
    }
    return lines
  }
}

extension String {
  /// Signs that mean something to Mermaid or to HTML, by their numbers.
  fileprivate var escapedForMermaid: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      if "\"#<>&;`\\[]{}|".unicodeScalars.contains(scalar) {
        text += "#\(scalar.value);"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
}

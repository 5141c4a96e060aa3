import PairCore

extension PlanReport {
  /// What depends on what, as a graph in the language of Mermaid (https://mermaid.js.org, flowcharts).
  var mermaid: [String] {
    // Mermaid takes some words, such as `end`, for its own: no id of ours is a name of a node.
    let items = tasks.sorted { $0.task < $1.task }
    let names = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($1.task, "t\($0 + 1)") })
    func arrows(from ids: [TaskID], _ arrow: String, to id: TaskID) -> [String] {
      ids.compactMap { names[$0] }.map { "  \($0) \(arrow) \(names[id] ?? "")" }
    }
    var lines = ["flowchart LR"]
    for item in items {
      let title = "\(item.task): \(item.title.escapedForTerminal(limit: 60))"
      lines.append("  \(names[item.task] ?? "")[\"\(title.escapedForMermaid)\"]")
    }
    for item in items {
      lines += arrows(from: item.dependsOn, "-->", to: item.task)
      lines += arrows(
        from: item.buildsOn.filter { !item.dependsOn.contains($0) }, "-. same files .->", to: item.task)
    }
    if conflicts == .warn {
      for overlap in overlaps {
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

/// What will happen when two commits are merged, and neither is yet.
package struct ConflictForecast: Hashable, Sendable, Codable {
  /// What is merged: a task's result, or what results are merged into.
  package struct Side: Hashable, Sendable, Codable {
    /// Nil for the base.
    package let task: TaskID?
    /// The branch, or the revision that the base was named by.
    package let name: String
    package let commit: ObjectID

    package init(task: TaskID?, name: String, commit: ObjectID) {
      self.task = task
      self.name = name
      self.commit = commit
    }

    package var title: String { task?.text ?? name.escapedForTerminal(limit: 60) }

    /// Git moves a file aside where the other side has a folder, to its path with `~` and what it was asked to merge
    /// (`unique_path` in git's merge-ort.c): that is a name here, as it would be for a person.
    fileprivate func named(in path: String) -> String {
      path.replacing("~\(commit)", with: "~" + name.map { $0 == "/" ? "_" : String($0) }.joined())
    }
  }

  package enum Verdict: Hashable, Sendable {
    case clean
    /// The paths in conflict as git names them; a conflict of whole folders may have none.
    case conflict([String])
    /// Git does not merge them, and why: they have no commit in common, or git fails at them.
    case impossible(String)
  }

  package let one: Side
  package let other: Side
  /// Empty where they cannot be merged, and for a conflict to which git gives no path.
  package let paths: [String]
  /// Why git does not merge them at all; nil where it does.
  package let obstacle: String?

  /// Nil for a clean merge: there is nothing to say of it.
  package init?(_ one: Side, _ other: Side, _ verdict: Verdict) {
    self.one = one
    self.other = other
    switch verdict {
    case .clean: return nil
    case .conflict(let paths):
      self.paths = paths.map { other.named(in: one.named(in: $0)) }
      obstacle = nil
    case .impossible(let reason): (paths, obstacle) = ([], reason)
    }
  }

  /// `TASK-1 and TASK-2 will conflict in src/a.txt`.
  package var sentence: String {
    if let obstacle {
      return "\(one.title) and \(other.title) do not merge: \(obstacle.escapedForTerminal(limit: 200))"
    }
    return "\(one.title) and \(other.title) will conflict" + ConflictForecast.place(paths)
  }

  /// ` in a.txt, b.txt`: where a conflict is; empty where git gives no path.
  package static func place(_ paths: [String]) -> String {
    if paths.isEmpty { return "" }
    let shown = paths.prefix(5).map { $0.escapedForTerminal(limit: 120) }.joined(separator: ", ")
    return " in \(shown)" + (paths.count > 5 ? " and \(paths.count - 5) more" : "")
  }
}

/// A branch by its short name, such as `paircoder/TASK-025`.
package struct BranchName: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let text: String

  package init(_ text: String) { self.text = text }

  /// The branch whose ref is `ref` (`refs/heads/…`).
  package init(ref: String) {
    let prefix = "refs/heads/"
    self.text = ref.hasPrefix(prefix) ? String(ref.dropFirst(prefix.count)) : ref
  }

  package static func result(of task: TaskID) -> BranchName { BranchName(prefix + task.text) }

  /// The branch that the results of `plan` are merged into. No task's result has it: no id begins with `_`.
  package static func plan(_ plan: PlanID) -> BranchName { BranchName("\(prefix)_plan/\(plan)") }

  /// What every branch of ours begins with.
  package static let prefix = "paircoder/"

  /// Whether this program, not a person, moves the branch.
  package var isOurs: Bool { text.hasPrefix(BranchName.prefix) }

  package var ref: String { "refs/heads/" + text }
  package var description: String { text }

  package static func < (a: BranchName, b: BranchName) -> Bool { a.text < b.text }
}

extension BranchName: RawRepresentable, Codable {
  package init(rawValue: String) { self.init(rawValue) }
  package var rawValue: String { text }
}

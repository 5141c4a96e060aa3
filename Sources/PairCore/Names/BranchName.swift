/// A branch by its short name, such as `paircoder/TASK-025`.
public struct BranchName: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let text: String

  public init(_ text: String) { self.text = text }

  /// The branch whose ref is `ref` (`refs/heads/…`).
  public init(ref: String) {
    let prefix = "refs/heads/"
    self.text = ref.hasPrefix(prefix) ? String(ref.dropFirst(prefix.count)) : ref
  }

  /// The branch that holds the result of `task`.
  public static func result(of task: TaskID) -> BranchName {
    BranchName(prefix + task.text)
  }

  /// The branch that the results of `plan` are merged into. No task's result has it: no id begins with `_`.
  public static func plan(_ plan: PlanID) -> BranchName {
    BranchName("\(prefix)_plan/\(plan)")
  }

  /// What every branch of ours begins with.
  public static let prefix = "paircoder/"

  /// Whether this program, not a person, moves the branch.
  public var isOurs: Bool { text.hasPrefix(BranchName.prefix) }

  /// The full name of its ref.
  public var ref: String { "refs/heads/" + text }
  public var description: String { text }

  public static func < (a: BranchName, b: BranchName) -> Bool { a.text < b.text }
}

extension BranchName: RawRepresentable, Codable {
  public init(rawValue: String) { self.init(rawValue) }
  public var rawValue: String { text }
}

package import PairCore

/// Which tasks a person means by `--plan NAME`.
///
/// In this order: a plan's id or file name; a sprint inside a plan, `plan/sprint` where several plans have one that
/// is called so; the tasks' own Sprint and Plan fields. `27` means `sprint-27`, too.
package struct PlanSelection: Hashable, Sendable {
  /// Says what was found, for people: `sprint sprint-6 (5 tasks)`.
  package let description: String
  /// The same however a person names it.
  package let id: PlanID
  package let tasks: [AgentTask]
  /// The ids that a plan file lists and that only unusable files have, in lower case.
  package let unusable: Set<String>

  /// Throws `usage` when nothing is called so, or several plans are; `invalidInput` when a plan names a task
  /// that does not exist, unless its id, in lower case, is among the `unusable` ones.
  package init(
    named name: String, plans: [Plan], tasks: [AgentTask], unusable: Set<String> = []
  ) throws(PairError) {
    let wanted = PlanSelection.forms(of: name)
    let file = name.contains(".") ? Plan.name(ofFile: name.trimmed) : nil
    let byPlan = plans.filter { $0.isCalled(wanted) || file == Plan.name(ofFile: $0.path) }
    let halves = name.split(separator: "/", maxSplits: 1).map { PlanSelection.forms(of: String($0)) }
    let sprintForms = halves.count == 2 ? halves[1] : wanted
    let bySprint = plans.filter { halves.count < 2 || $0.isCalled(halves[0]) }.flatMap { plan in
      plan.sprints.filter { sprintForms.contains($0.id.lowercased()) }.map { (plan, $0) }
    }
    if byPlan.count > 1 || byPlan.isEmpty && bySprint.count > 1 {
      let paths = byPlan.isEmpty ? bySprint.map(\.0.path) : byPlan.map(\.path)
      let names = bySprint.map { "\($0.0.id)/\($0.1.id)".escapedForTerminal(limit: 60) }
      throw PairError(
        .usage,
        "'\(name.escapedForTerminal())' stands in \(paths.count) plans: \(paths.joined(separator: ", "))",
        hint: byPlan.isEmpty
          ? "Name it with its plan: \(names.joined(separator: ", "))" : "Name one of them by its id or file.")
    }
    var listed: [String] = []
    if let plan = byPlan.first {
      description = "plan \(plan.id)"
      id = PlanID(plan.id)
      listed = plan.taskIDs + plan.sprints.flatMap(\.taskIDs)
      self.tasks = try PlanSelection.pick(
        listed, and: { $0.metadata.plan?.lowercased() == plan.id.lowercased() }, from: tasks, path: plan.path,
        unusable: unusable)
    } else if let (plan, sprint) = bySprint.first {
      description = "sprint \(sprint.id) of plan \(plan.id)"
      let isShared = plans.count { $0.sprints.contains { $0.id.lowercased() == sprint.id.lowercased() } } > 1
      id = PlanID(isShared ? "\(plan.id)/\(sprint.id)" : sprint.id)
      listed = sprint.taskIDs
      self.tasks = try PlanSelection.pick(
        listed, and: { $0.hasSprint(in: sprintForms) && ($0.metadata.plan ?? plan.id) == plan.id },
        from: tasks,
        path: plan.path, unusable: unusable)
    } else {
      description = "tasks of \(name.escapedForTerminal(limit: 60))"
      id = PlanID(name)
      self.tasks = tasks.filter {
        $0.hasSprint(in: wanted) || ($0.metadata.plan.map { wanted.contains($0.lowercased()) } ?? false)
      }
    }
    self.unusable = unusable.intersection(listed.map { $0.lowercased() })
    if self.tasks.isEmpty, let one = self.unusable.sorted().first {
      throw PairError(
        .invalidInput, "no task file of \(description) can be used, beginning with \(one)",
        hint: "Correct them; 'bpsai-pair status' names each fault.")
    }
    if self.tasks.isEmpty,
      let field = byPlan.first.map({ "plan: \($0.id)" }) ?? bySprint.first.map({ "sprint: \($0.1.id)" })
    {
      throw PairError(
        .usage, "\(description) lists no task, and no task names it",
        hint: "Add ids to it, or '\(field)' to the front matter of its tasks.")
    }
    if self.tasks.isEmpty { throw PlanSelection.nothing(name, plans: plans, tasks: tasks) }
  }

  private static func pick(
    _ listed: [String], and belongs: (AgentTask) -> Bool, from tasks: [AgentTask], path: String,
    unusable: Set<String>
  ) throws(PairError) -> [AgentTask] {
    var picked: [AgentTask] = []
    for name in listed {
      guard let task = tasks.first(where: { $0.id.folded == name.lowercased() }) else {
        if unusable.contains(name.lowercased()) { continue }
        throw PairError(
          .invalidInput, "the plan names \(name.escapedForTerminal(limit: 60)), and there is no such task",
          at: SourceLocation(file: path),
          hint: "Add its task file, or take it out of the plan." + close(to: name, among: tasks))
      }
      picked.append(task)
    }
    let more = tasks.filter { task in belongs(task) && !picked.contains { $0.id == task.id } }
    var seen: Set<TaskID> = []
    return (picked + more).filter { seen.insert($0.id).inserted }
  }

  /// The ids that `name` may be a slip of, as the end of a hint; empty when there are none.
  private static func close(to name: String, among tasks: [AgentTask]) -> String {
    let name = name.lowercased()
    let close = tasks.map(\.id).filter { name.contains($0.folded) || $0.folded.contains(name) }.sorted()
    return close.isEmpty
      ? ""
      : " There are: \(close.prefix(8).map(\.text).joined(separator: ", "))\(close.count > 8 ? ", …" : ".")"
  }

  private static func nothing(_ name: String, plans: [Plan], tasks: [AgentTask]) -> PairError {
    var known = Set(plans.map(\.id)).union(plans.flatMap { $0.sprints.map(\.id) })
    for task in tasks { known.formUnion([task.metadata.plan, task.metadata.sprint].compactMap { $0 }) }
    let list = known.sorted { $0.orderedNaturally(before: $1) }.prefix(20).map {
      $0.escapedForTerminal(limit: 60)
    }
    return PairError(
      .usage, "no plan or sprint called '\(name.escapedForTerminal(limit: 60))' has tasks",
      hint: list.isEmpty
        ? "No task names a plan or sprint yet." : "There are: \(list.joined(separator: ", "))")
  }

  /// What may stand for `name`, in lower case.
  static func forms(of name: String) -> Set<String> {
    let folded = name.trimmed.lowercased()
    var forms: Set<String> = [folded]
    if !folded.isEmpty, folded.allSatisfy({ $0.isNumber || $0 == "." }) { forms.insert("sprint-" + folded) }
    if folded.hasPrefix("sprint-") { forms.insert(String(folded.dropFirst("sprint-".count))) }
    return forms
  }
}

extension Plan {
  fileprivate func isCalled(_ forms: Set<String>) -> Bool {
    forms.contains(id.lowercased()) || forms.contains(Plan.name(ofFile: path))
  }

  static func isPlan(_ path: String) -> Bool {
    [".plan.yaml", ".plan.yml", ".plan.md"].contains { path.hasSuffix($0) }
  }

  /// The name of a plan's file without folder and endings, in lower case.
  static func name(ofFile path: String) -> String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    for ending in [".plan.yaml", ".plan.yml", ".plan.md", ".yaml", ".yml", ".md"] where last.hasSuffix(ending)
    {
      return last.dropLast(ending.count).lowercased()
    }
    return last.lowercased()
  }
}

extension AgentTask {
  fileprivate func hasSprint(in forms: Set<String>) -> Bool {
    guard let sprint = metadata.sprint else { return false }
    return !forms.isDisjoint(with: PlanSelection.forms(of: sprint))
  }

  /// 0 for P0; tasks without a priority come after P3.
  var priorityRank: Int {
    guard let text = metadata.priority?.uppercased(), text.hasPrefix("P"), let rank = Int(text.dropFirst())
    else { return 4 }
    return rank
  }
}

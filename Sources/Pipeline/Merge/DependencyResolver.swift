import PairCore
import TaskFiles

/// The task files, as far as others depend on them.
struct DependencyResolver: Sendable {
  let library: TaskLibrary
  /// What ids begin with, in lower case: `task-` of TASK-025.
  private let stems: Set<String>

  /// Which tasks are to be started; nil where a person named each.
  private let rules: HookRules?

  init(_ library: TaskLibrary, startedBy rules: HookRules? = nil) {
    self.library = library
    self.rules = rules
    stems = Set(library.files.compactMap { $0.id.map(DependencyResolver.stem) })
  }

  enum Dependency {
    case task(AgentTask)
    /// Several tasks have this id, and not all of them are done.
    case ambiguous(PairError)
    /// Its file cannot be used.
    case invalid
    case missing
    /// It stands in prose, and no task's id begins like it: `GPT-4`.
    case noTask
  }

  func dependency(_ name: String, of task: AgentTask) -> Dependency {
    guard let id = TaskID(rawValue: name) else { return .missing }
    let files = library.files(of: id)
    if files.count > 1 {
      let tasks = files.compactMap { try? library.task(in: $0) }  // One that is invalid is not done.
      if tasks.count == files.count, tasks.allSatisfy(\.isFinished) { return .task(tasks[0]) }
      return .ambiguous(TaskLibrary.duplicate(id.text, files))
    }
    do {
      if let task = try library.find(id) { return .task(task) }
    } catch {
      return .invalid
    }
    let isProse = task.dependenciesInProse.contains(name)
    return isProse && !stems.contains(DependencyResolver.stem(name)) ? .noTask : .missing
  }

  /// Why `task` should not start, by its status: one that all hooks leave alone, unless this project's take
  /// it.
  func reasonToLeave(_ task: AgentTask) -> String? {
    let status = task.metadata.status
    guard !task.isFinished, let rules, !HookRules.standard.isReady(status) else { return nil }
    return rules.reasonToLeave(status)
  }

  /// Makes sure that whatever `tasks` depend on is one task; those that are done depend on nothing any more, unless
  /// they are run again.
  ///
  /// - Throws: `PairError` of kind `invalidInput` that shows what was written, all of it where ids are unknown, and
  ///   which ids or files there are.
  func requireDependencies(of tasks: [AgentTask], again: Bool) throws(PairError) {
    var unknown: [(task: AgentTask, name: String)] = []
    for task in tasks where again || !task.isFinished {
      for name in task.metadata.dependsOn {
        switch dependency(name, of: task) {
        case .task, .invalid, .noTask: break
        case .missing: unknown.append((task, name))
        case .ambiguous(let error):
          throw PairError(
            .invalidInput,
            "\(task.id) depends on \(name.escapedForTerminal(limit: 60)), and \(error.message)",
            at: SourceLocation(file: task.source.path), hint: error.hint)
        }
      }
    }
    if !unknown.isEmpty { throw missing(unknown) }
  }

  private func missing(_ unknown: [(task: AgentTask, name: String)]) -> PairError {
    var byTask: [(task: AgentTask, names: [String])] = []
    for (task, name) in unknown {
      if byTask.last?.task.id != task.id { byTask.append((task, [])) }
      byTask[byTask.count - 1].names.append(name.escapedForTerminal(limit: 60))
    }
    let all = byTask.map { "\($0.task.id) depends on \($0.names.joined(separator: ", "))" }
    let more = all.count > 8 ? "; \(all.count - 8) more tasks likewise" : ""
    let isOne = unknown.count == 1
    return PairError(
      .invalidInput,
      all.prefix(8).joined(separator: "; ") + more
        + (isOne ? ", and there is no such task" : ", and there are no such tasks"),
      at: byTask.count == 1 ? SourceLocation(file: byTask[0].task.source.path) : nil,
      hint: (isOne
        ? "Add its task file, or correct the id, or take it out."
        : "Add their task files, or correct the ids, or take them out.") + near(unknown))
  }

  /// The ids like those that are unknown, else the nearest, as the end of a hint; never the only task itself.
  private func near(_ unknown: [(task: AgentTask, name: String)]) -> String {
    let tasks = Set(unknown.map(\.task.id.folded))
    let all = Set(library.files.compactMap(\.id))
      .filter { tasks.count > 1 || !tasks.contains($0.lowercased()) }
    let reach = unknown.count == 1 ? 4 : 2
    var meant: Set<String> = []
    var shown: Set<String> = []
    for (_, name) in unknown.prefix(4) {
      let alike = all.filter { DependencyResolver.stem($0) == DependencyResolver.stem(name) }
      let ids = (alike.isEmpty ? all : alike).sorted { $0.orderedNaturally(before: $1) }
      let place = ids.firstIndex { name.orderedNaturally(before: $0) } ?? ids.count
      meant.formUnion(ids)
      shown.formUnion(ids[max(0, place - reach)..<min(ids.count, place + reach)])
    }
    if shown.isEmpty { return "" }
    let words = shown.sorted { $0.orderedNaturally(before: $1) }.map { $0.escapedForTerminal(limit: 40) }
    return " There are: \(words.joined(separator: ", "))\(shown.count < meant.count ? ", …" : ".")"
  }

  private static func stem(_ id: String) -> String { id.lowercased().prefix { !$0.isNumber }.description }
}

extension AgentTask {
  var isFinished: Bool { metadata.status?.isFinished == true }
}

extension TaskGraph {
  /// What depends on what among `tasks`; a finished one waits for nothing, and no task for it, unless it is
  /// run again. Throws `invalidInput` that shows a circle.
  init(of tasks: [AgentTask], again: Bool) throws(PairError) {
    let ids = Dictionary(tasks.map { ($0.id.folded, $0.id) }) { first, _ in first }
    let satisfied = again ? [] : Set(tasks.filter(\.isFinished).map(\.id))
    try self.init(
      tasks.map { task in
        let needs =
          satisfied.contains(task.id)
          ? []
          : task.metadata.dependsOn.compactMap { ids[$0.lowercased()] }.filter { !satisfied.contains($0) }
        return Node(id: task.id, dependsOn: needs, rank: task.priorityRank)
      })
  }
}

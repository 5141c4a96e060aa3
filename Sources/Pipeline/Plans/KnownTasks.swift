import PairCore
import TaskFiles

/// The task files, as far as others depend on them.
struct KnownTasks: Sendable {
  let library: TaskLibrary
  /// What ids begin with, in lower case: `task-` of TASK-025.
  private let stems: Set<String>

  init(_ library: TaskLibrary) {
    self.library = library
    stems = Set(library.files.compactMap { $0.id.map(KnownTasks.stem) })
  }

  /// What a dependency of a task turns out to be.
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
      let tasks = files.compactMap { try? $0.parse() }  // One that is invalid is not done.
      if tasks.count == files.count, tasks.allSatisfy(\.isFinished) { return .task(tasks[0]) }
      return .ambiguous(TaskLibrary.duplicate(id.text, files))
    }
    do {
      return .task(try library.task(id))
    } catch {
      if error.kind != .usage { return .invalid }
      let isProse = task.dependenciesInProse.contains(name)
      return isProse && !stems.contains(KnownTasks.stem(name)) ? .noTask : .missing
    }
  }

  /// Makes sure that whatever `tasks` depend on is one task; those that are done depend on nothing any more, unless
  /// they are run again.
  ///
  /// - Throws: `PairError` of kind `invalidInput` that shows what was written, and which ids or files there are.
  func requireDependencies(of tasks: [AgentTask], again: Bool) throws(PairError) {
    for task in tasks where again || !task.isFinished {
      let place = SourceLocation(file: task.source.path)
      for name in task.metadata.dependsOn {
        let shown = name.escapedForTerminal(limit: 60)
        switch dependency(name, of: task) {
        case .task, .invalid, .noTask: break
        case .ambiguous(let error):
          throw PairError(
            .invalidInput, "\(task.id) depends on \(shown), and \(error.message)", at: place,
            hint: error.hint)
        case .missing:
          throw PairError(
            .invalidInput, "\(task.id) depends on \(shown), and there is no such task", at: place,
            hint: "Add its task file, or correct the id, or take it out." + near(name))
        }
      }
    }
  }

  /// The ids around `name` among those that begin like it, else among all, as the end of a hint.
  private func near(_ name: String) -> String {
    let all = Set(library.files.compactMap(\.id))
    let alike = all.filter { KnownTasks.stem($0) == KnownTasks.stem(name) }
    let ids = (alike.isEmpty ? all : alike).sorted { $0.orderedNaturally(before: $1) }
    let place = ids.firstIndex { name.orderedNaturally(before: $0) } ?? ids.count
    let shown = ids[max(0, place - 4)..<min(ids.count, place + 4)].map { $0.escapedForTerminal(limit: 40) }
    if shown.isEmpty { return "" }
    return " There are: \(shown.joined(separator: ", "))\(shown.count < ids.count ? ", …" : ".")"
  }

  private static func stem(_ id: String) -> String { id.lowercased().prefix { !$0.isNumber }.description }
}

extension AgentTask {
  /// Whether its file says that it is done.
  var isFinished: Bool { metadata.status?.isFinished == true }
}

extension TaskGraph {
  /// What depends on what among `tasks`; what is done waits for nothing, unless it is run again.
  ///
  /// - Throws: `PairError` of kind `invalidInput` that shows a circle.
  init(of tasks: [AgentTask], again: Bool) throws(PairError) {
    let ids = Dictionary(tasks.map { ($0.id.folded, $0.id) }) { first, _ in first }
    try self.init(
      tasks.map { task in
        let isSatisfied = task.isFinished && !again
        let needs = isSatisfied ? [] : task.metadata.dependsOn.compactMap { ids[$0.lowercased()] }
        return Node(id: task.id, dependsOn: needs, rank: task.priorityRank)
      })
  }
}

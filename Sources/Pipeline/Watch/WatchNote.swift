import FoundationEssentials
import Git
import Host
import PairCore

/// What a watch found at its start, kept in a file while the agent works: a process that is killed compares nothing, so
/// the next one does. Files of the user's checkout are not in it, since the user has worked on them meanwhile.
struct WatchNote: Codable {
  /// A line for each ref, since there may be many.
  private let refs: String
  private let ours: String
  private let files: [String: Data]
  private let programs: Set<String>

  private static func folder(_ workspace: Workspace) -> String {
    workspace.repository.stateFolder + "/watches"
  }

  private static func path(of run: RunID, _ task: TaskID, in workspace: Workspace) -> String {
    "\(folder(workspace))/\(task)/\(run)"
  }

  /// The tasks of which a run is watched, or was until it was killed.
  static func tasks(in workspace: Workspace) throws -> [TaskID] {
    try DirectoryWalk.list(folder(workspace)).compactMap { try? TaskID($0.name) }  // No other name is ours.
  }

  /// The runs of `task` that are watched, or were until they were killed.
  static func runs(of task: TaskID, in workspace: Workspace) throws -> [RunID] {
    try DirectoryWalk.list("\(folder(workspace))/\(task)").compactMap { RunID($0.name) }
  }

  /// Of files that git writes whenever refs move, the next process could not tell who wrote them.
  init(_ state: UserState) {
    refs = WatchNote.text(state.refs)
    ours = WatchNote.text(state.ours)
    files = state.files.filter { !Watch.isMoved($0.key) }.mapValues { Data($0) }
    programs = state.programs
  }

  func write(for run: RunID, of task: TaskID, in workspace: Workspace) throws {
    let path = WatchNote.path(of: run, task, in: workspace)
    let effects = workspace.process.effects
    try Files.makeFolder(String(path.dropLast(run.text.count + 1)), mode: 0o700, effects: effects)
    // Configuration may hold credentials.
    try AtomicFile.replace(path, with: Array(JSONEncoder().encode(self)), mode: 0o600, effects: effects)
  }

  static func remove(of run: RunID, _ task: TaskID, in workspace: Workspace) throws {
    let (path, effects) = (path(of: run, task, in: workspace), workspace.process.effects)
    try Files.remove(path, effects: effects)
    try Files.removeEmptyFolder(String(path.dropLast(run.text.count + 1)), effects: effects)
  }

  /// What the watch of a dead run had found; nil where there is none, or the agent damaged it.
  static func state(of run: RunID, _ task: TaskID, in workspace: Workspace) throws -> UserState? {
    guard let bytes = try Files.read(path(of: run, task, in: workspace)),
      let note = try? JSONDecoder().decode(WatchNote.self, from: Data(bytes))
    else { return nil }
    return UserState(
      refs: refs(note.refs), ours: refs(note.ours), files: note.files.mapValues { Array($0) },
      programs: note.programs)
  }

  private static func text(_ refs: [String: ObjectID]) -> String {
    refs.map { "\($0.value) \($0.key)\n" }.joined()
  }

  private static func refs(_ text: String) -> [String: ObjectID] {
    var refs: [String: ObjectID] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1)
      if words.count == 2 { refs[String(words[1])] = ObjectID(String(words[0])) }
    }
    return refs
  }
}

import Git
import PairCore
import TaskFiles

/// The task files that differ between two commits.
struct ChangedFiles {
  let since: ObjectID?
  let tip: ObjectID
  let changes: [FileChange]
  let sources: CommitWatcher.Sources
  /// Texts that stood in commits which were seen, though none is an ancestor of this one.
  let known: Set<ObjectID>
}

extension CommitWatcher {
  func changedFiles(from since: ObjectID?, to tip: ObjectID, _ sources: Sources) throws -> ChangedFiles {
    let folder = try workspace.settings(at: tip).config.tasksFolder
    let changes = try repository.changes(
      from: since.map { try repository.tree(of: $0) }, to: repository.tree(of: tip), below: folder)
    var texts: Set<ObjectID> = []
    for commit in sources.known {
      texts.formUnion(try repository.files(in: repository.tree(of: commit), below: folder).map(\.id))
    }
    return ChangedFiles(since: since, tip: tip, changes: changes, sources: sources, known: texts)
  }

  /// Takes up the tasks in `files`, each as its change and its log demand.
  func take(_ files: ChangedFiles, on branch: BranchName?, _ rules: HookRules) throws -> HookReport {
    var report = HookReport()
    if files.changes.isEmpty { return report }
    let library = try workspace.settings(at: files.tip).library
    let byPath = Dictionary(library.files.map { ($0.path, $0) }) { first, _ in first }
    let origins = try ChangeOrigins(
      since: files.since, to: files.tip, old: files.sources.old, foreign: files.sources.foreign,
      isOwn: files.sources.isOwn, in: repository)
    var intake = try intake(of: files.tip, rules)
    for change in files.changes {
      do {
        let old = try oldFile(of: change, in: files)
        let new = byPath[change.path]
        if let gone = old?.id.flatMap({ TaskID(rawValue: $0) }),
          !library.files.contains(where: { $0.id?.lowercased() == gone.folded })
        {
          report.add(try dequeue(gone, .init(.deleted, by: .here, on: branch), intake))
        }
        guard let new else { continue }
        if new.isArchived {
          if let id = new.id.flatMap({ TaskID(rawValue: $0) }) {
            report.add(try dequeue(id, .init(.archived, by: .here, on: branch), intake))
          }
          continue
        }
        let task = try library.task(new.parse().id)  // An id that stands in two files is an error.
        guard task.source.path == change.path else { continue }
        let isMoved = old.map { $0.blob == new.blob && !$0.isArchived } ?? files.known.contains(new.blob)
        let content: ChangedTask.Content = isMoved ? .moved : .text(new.blob, status: task.metadata.status)
        let origin = isMoved ? .here : try origins.origin(of: new.blob, at: new.path, in: repository)
        report.add(
          try take(
            task, .init(content, by: origin, on: branch, differsFromRun: differsFromRun(task)), &intake))
      } catch let error as PairError {
        report.add(error)
      }
    }
    return report
  }

  /// The file that `change` replaced or removed, if it was one of a task.
  private func oldFile(of change: FileChange, in files: ChangedFiles) throws -> TaskLibrary.File? {
    let path = change.oldPath ?? change.path
    guard change.kind != .added, let since = files.since,
      let entry = try repository.entry(at: path, in: repository.tree(of: since)),
      entry.mode == .file || entry.mode == .executable
    else { return nil }
    return TaskLibrary(files: [(path, try repository.blob(entry.id))]).files.first
  }

  /// Whether `task` asks for something else than what its run under way was started with.
  private func differsFromRun(_ task: AgentTask) throws -> Bool {
    let state = try workspace.state(of: task.id)
    guard state.isUnderWay, let text = state.runText else { return true }
    do {
      let running = try TaskFile.parse(repository.blob(text), path: task.source.path, blob: text)
      return task.differsInSubstance(from: running)
    } catch {
      return true  // What cannot be read cannot be called the same.
    }
  }
}

import Git
import Host
import Ledger
package import PairCore
import TaskFiles

/// Which tasks to route.
package enum TaskSelection: Hashable, Sendable {
  case named([TaskID])
  /// Every task, those that are done included.
  case all
  /// Those whose files a range of commits changed: `A..B`, or `A...B` from the merge base on.
  case changed(String)
}

/// Tasks with the commit that they were read from.
package struct TaskSurvey: Sendable {
  package let tasks: [AgentTask]
  /// The faults of files that cannot be routed.
  package let errors: [PairError]
  /// Nil for the checkout.
  package let commit: ObjectID?
}

extension TaskRouter {
  /// The tasks that `selection` names; throws `usage` for an unknown task or range.
  package func survey(_ selection: TaskSelection) async throws -> TaskSurvey {
    switch selection {
    case .named(let ids):
      let library = try workspace.settings().library
      var tasks: [AgentTask] = []
      var errors: [PairError] = []
      for id in ids {
        let found = Result { () throws(PairError) in try library.task(id) }
        if case .failure(let error) = found, error.kind == .invalidInput {
          errors.append(error)
        } else {
          tasks.append(try found.get())
        }
      }
      return TaskSurvey(tasks: tasks, errors: errors, commit: nil)
    case .all:
      let (tasks, faults) = await (try workspace.settings().library).surveyInParallel(
        includingArchived: false)
      return TaskSurvey(tasks: tasks, errors: faults.map(\.error), commit: nil)
    case .changed(let range):
      let (old, new) = try commits(of: range)
      let folder = try workspace.settings(at: new).config.tasksFolder
      let changes = try repository.changes(
        from: repository.tree(of: old), to: repository.tree(of: new), below: folder)
      let paths = Set(changes.filter { $0.kind != .deleted }.map(\.path))
      let (tasks, faults) = await (try workspace.settings(at: new).library).surveyInParallel(
        includingArchived: false)
      return TaskSurvey(
        tasks: tasks.filter { paths.contains($0.source.path) },
        errors: faults.map(\.error).filter { paths.contains($0.location?.file ?? "") }, commit: new)
    }
  }

  private func commits(of range: String) throws -> (old: ObjectID, new: ObjectID) {
    let shown = range.escapedForTerminal(limit: 80)
    let symmetric = range.firstRange(holding: "...")
    guard let dots = symmetric ?? range.firstRange(holding: "..") else {
      throw PairError(
        .usage, "--changed: '\(shown)' is no range of commits",
        hint: "Write it as A..B, for example main..HEAD.")
    }
    func commit(_ name: Substring) throws(PairError) -> ObjectID {
      do {
        return try repository.commit(named: name.isEmpty ? "HEAD" : String(name))
      } catch {
        throw PairError(
          .usage,
          "--changed: no commit is called '\(name.isEmpty ? "HEAD" : name.escapedForTerminal(limit: 80))'",
          hint: "Name branches, tags or commits; 'git log --oneline' lists commits.")
      }
    }
    let old = try commit(range[..<dots.lowerBound])
    let new = try commit(range[dots.upperBound...])
    if symmetric == nil { return (old, new) }
    guard let base = try repository.mergeBase(of: old, andAnyOf: [new]) else {
      throw PairError(.usage, "--changed: the two sides of '\(shown)' have no common ancestor")
    }
    return (base, new)
  }

  /// Decides about each task of `survey`, by other `capabilities` where given; an error where it cannot.
  package func decide(
    _ survey: TaskSurvey, with capabilities: Capabilities? = nil
  ) async throws -> [Result<RoutingDecision, PairError>] {
    let inputs = try inputs(of: survey, with: capabilities)
    return await inputs.mapInParallel { $0.map { route($0) } }
  }

  private func inputs(
    of survey: TaskSurvey, with capabilities: Capabilities?
  ) throws -> [Result<RoutingInputs, PairError>] {
    var request = RunRequest()
    request.base = survey.commit?.hex
    var context = try context(request, at: survey.commit)
    if let capabilities { try replace(&context, with: capabilities) }
    return try survey.tasks.map { task in
      do {
        return .success(try inputs(for: task, in: &context))
      } catch let error as PairError where error.kind == .invalidInput {
        return .failure(error)
      }
    }
  }
}

extension TaskRouter {
  /// The capabilities in the file `name`, seen from the current folder, or in that revision. Throws `usage`
  /// when it is neither, `invalidInput` when the file is invalid.
  package func capabilities(named name: String) throws -> Capabilities {
    let path = name.hasPrefix("/") ? name : process.folder + "/" + name
    if FileInfo.kind(at: path) == .file, let bytes = try Files.read(path) {
      return try CapabilitiesFile.parse(bytes, path: name)
    }
    // Whatever git has against the name, it leads to no commit.
    guard let commit = try? repository.commit(named: name) else {
      throw PairError(
        .usage, "--against: '\(name.escapedForTerminal(limit: 80))' is neither a file nor a commit",
        hint: "Name a capabilities file, or a branch, tag or commit that has one.")
    }
    return try workspace.settings(at: commit).capabilities
  }

  /// The decision that the log of `id` records last; throws `usage` when it records none.
  package func recordedDecision(about id: TaskID) throws -> [UInt8] {
    let task = try Ledger.tasks(in: repository).first { $0.folded == id.folded } ?? id
    if let bytes = try TaskLog(task).file("decision.json", in: repository) { return bytes }
    throw PairError(
      .usage, "no decision about \(id) is recorded",
      hint: "Decisions are recorded when a hook routes a task or a run starts.")
  }
}

extension String {
  fileprivate func firstRange(holding part: String) -> Range<Index>? {
    indices.first { self[$0...].hasPrefix(part) }.map { $0..<index($0, offsetBy: part.count) }
  }
}

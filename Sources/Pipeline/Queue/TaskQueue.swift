import Git
import Ledger
package import PairCore
import TaskFiles

/// A task in the queue, as whoever runs it will read it.
package struct WaitingTask: Sendable {
  package let task: AgentTask
  /// The commit that its text is read from and its run starts from; nil for the checkout and its HEAD.
  package let base: ObjectID?
  /// When it was put into the queue, or its text changed there.
  package let since: Timestamp?
}

/// The tasks whose log ends in `queued`: what `orchestrate --queued` and the worker carry out.
package final class TaskQueue: StatelessRoom {
  /// Puts `id` into the queue; returns it as its file spells it, and whether it is new there. Throws
  /// `tryLater` while another process works on the task, `usage` when there is no such task.
  @discardableResult
  package func enqueue(_ id: TaskID) async throws -> (id: TaskID, isNew: Bool) {
    let task = try workspace.settings().library.task(id)
    let id = try workspace.taskID(task.id.text)
    if try workspace.state(of: id).isUnderWay {
      if try Lease.isHeld(id, in: repository) { throw busy(id) }
      try await CrashRecovery(workspace).withTask(id, for: "a look at a dead run") { _ in }
    }
    let added = try workspace.noteQueueing(of: id, files: ["task.md": Array(task.text.utf8)]) { state in
      if state.isQueued, state.queued?.text == task.source.blob { return nil }
      if state.isUnderWay { throw busy(id) }
      return .queued(id, text: task.source.blob)
    }
    return (id, added != nil)
  }

  private func busy(_ id: TaskID) -> PairError {
    PairError(
      .tryLater, "\(id) is being worked on",
      hint: "Wait for it, or stop it with 'bpsai-pair cancel \(id)'.")
  }

  /// What is in the queue, in the order in which it runs: the most urgent first, then by id.
  package func waiting() throws -> [WaitingTask] {
    let survey = try surveyQueue()
    for (id, reason) in survey.held + survey.gone {
      say("note: \(id) is queued, but cannot be run: \(reason)")
    }
    return survey.waiting
  }

  func clear() throws -> [WaitingTask] {
    let survey = try surveyQueue()
    for (id, reason) in survey.gone {
      try QueuePlace(workspace: workspace, task: id).leave(because: reason)
      say("\(id): taken out of the queue: \(reason)")
    }
    return survey.waiting
  }

  private struct QueueSurvey {
    var waiting: [WaitingTask] = []
    /// What stays in it and cannot be run now, and why.
    var held: [(TaskID, reason: String)] = []
    /// What cannot be run any more, and why.
    var gone: [(TaskID, reason: String)] = []
  }

  private func surveyQueue() throws -> QueueSurvey {
    var libraries: [ObjectID?: TaskLibrary] = [:]
    var survey = QueueSurvey()
    for (id, state) in try Ledger.states(in: repository).sorted(by: { $0.key < $1.key }) {
      guard let place = try placeInQueue(id, state) else { continue }
      do {
        let base = try base(of: place, for: id)
        if libraries[base] == nil { libraries[base] = try workspace.settings(at: base).library }
        guard let task = try libraries[base]?.task(id) else { continue }
        if let base, try !workspace.settings(at: base).config.hooks.isReady(task.metadata.status) {
          survey.gone.append((id, "its status is \(task.metadata.status?.text ?? "not stated")"))
          continue
        }
        // What was queued from a commit is the work of somebody here; another text may have come by pull.
        guard base == nil || state.queuedTexts.contains(task.source.blob) else {
          survey.held.append((id, "its text there came from others; to have it run: bpsai-pair queue \(id)"))
          continue
        }
        survey.waiting.append(WaitingTask(task: task, base: base, since: try queuedAt(id)))
      } catch let error as PairError where error.kind == .invalidInput {
        survey.held.append((id, error.message))  // Somebody will mend the file.
      } catch let error as PairError where error.kind != .internal {
        survey.gone.append((id, error.message))
      }
    }
    survey.waiting.sort { ($0.task.priorityRank, $0.task.id) < ($1.task.priorityRank, $1.task.id) }
    return survey
  }

  /// Its place in the queue; that of a run from the queue which died is still its own.
  private func placeInQueue(_ id: TaskID, _ state: TaskState) throws -> TaskState.Queued? {
    if state.isQueued { return state.queued }
    guard state.isUnderWay || state.isBetweenSteps, let taken = state.taken,
      try !Lease.isHeld(id, in: repository)
    else { return nil }
    return state.queued ?? taken
  }

  /// The commit to read a queued task from: the tip of its branch; where that is gone, what holds its commit
  /// or its very text, as after a squash. Throws `failed` where nothing does.
  private func base(of place: TaskState.Queued, for id: TaskID) throws -> ObjectID? {
    guard let commit = place.commit else { return nil }
    if let branch = place.branch, let tip = try repository.ref(branch.ref) { return tip }
    if let heir = try heir(of: place, for: id) { return heir }
    if place.branch == nil, try repository.exists(commit) { return commit }
    throw PairError(
      .failed, place.branch.map { "its branch \($0) is gone" } ?? "the commit \(commit.short) is gone")
  }

  /// The tip of HEAD, else of another branch of the user's, that took over what was queued from a branch
  /// which is gone; nil where none did.
  func heir(of place: TaskState.Queued, for id: TaskID) throws -> ObjectID? {
    guard let commit = place.commit else { return nil }
    let branches = try repository.refs(under: "refs/heads/").filter { !BranchName(ref: $0.key).isOurs }
    let tips =
      [try repository.head().commit].compactMap { $0 } + branches.sorted { $0.key < $1.key }.map(\.value)
    var seen: Set<ObjectID> = []
    for tip in tips where seen.insert(tip).inserted {
      if try repository.isReachable(commit, from: tip) { return tip }
      if try workspace.settings(at: tip).library.files.contains(where: {
        $0.blob == place.text && $0.id?.lowercased() == id.folded
      }) {
        return tip
      }
    }
    return nil
  }

  private func queuedAt(_ id: TaskID) throws -> Timestamp? {
    try TaskLog(id).entries(in: repository).last { $0.event?.kind == .queued }?.at
  }
}

/// A task whose file a hook found changed on a branch.
package struct ChangedTask: Hashable, Sendable {
  /// Who brought the text here.
  package enum Origin: Hashable, Sendable {
    /// Somebody who works in this repository.
    case here
    /// Somebody else: it was pulled.
    case elsewhere
    /// An agent, in a run.
    case agent
    /// Nobody now: it is a text of earlier.
    case nobody
  }

  /// What stands in its file now.
  package enum Content: Hashable, Sendable {
    /// - text: its blob id.
    case text(ObjectID, status: TaskStatus?)
    /// The file was moved, and says what it said.
    case moved
    case archived
    case deleted
  }

  package let content: Content
  package let origin: Origin
  /// Where the change is; nil for a detached HEAD.
  package let branch: BranchName?
  /// Whether more changed since the last run's text than its status and ticks.
  package let differsFromRun: Bool

  package init(_ content: Content, by origin: Origin, on branch: BranchName?, differsFromRun: Bool = true) {
    self.content = content
    self.origin = origin
    self.branch = branch
    self.differsFromRun = differsFromRun
  }

  /// What a hook does about a changed task.
  package enum Reaction: Hashable, Sendable {
    case nothing
    /// Records who would take it, and tells.
    case route
    /// The same for one that somebody else brought.
    case tell
    case queue
    /// Takes it out of the queue, because of this.
    case dequeue(String)
  }

  /// What follows from the change, for a task that stands at `state`.
  package func reaction(at state: TaskState, by rules: HookRules) -> Reaction {
    guard rules.concerns(branch) else { return .nothing }
    guard case .text(let text, let status) = content else { return retreat(state) }
    if let reason = rules.reasonToLeave(status) { return retreat(state, because: reason) }
    if origin == .agent || origin == .nobody || state.result?.text == text { return .nothing }
    let isQueued = state.queuedTexts.contains(text)
    if origin == .elsewhere {
      return isQueued || state.routedTexts.contains(text) ? .nothing : .tell
    }
    if state.isUnderWay, !differsFromRun { return .nothing }
    switch rules.mode {
    case .queue, .run:
      return isQueued ? .nothing : .queue
    case .route:
      let isKnown = isQueued || state.routedTexts.contains(text)
      // What waits is run with its latest text.
      return isKnown || state.queued != nil || state.isUnderWay ? .nothing : .route
    }
  }

  /// What becomes of a queued task that is not to be worked on any more, and why, if its text says that; only
  /// where it was queued from this branch.
  private func retreat(_ state: TaskState, because reason: String? = nil) -> Reaction {
    // On no branch nobody can tell whether it is the same line of work.
    guard branch != nil, let queued = state.queued, queued.commit != nil, queued.branch == branch else {
      return .nothing
    }
    switch content {
    case .moved: return .nothing
    case .archived: return .dequeue("it was archived")
    case .deleted: return .dequeue("its file was deleted")
    case .text: return reason.map { .dequeue($0) } ?? .nothing
    }
  }
}

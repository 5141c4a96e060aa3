/// A plan as its author wrote it: what it is called and which tasks belong to it.
package struct Plan: Hashable, Sendable {
  package let id: String
  package let title: String
  /// Where it was read, relative to the top of the repository.
  package let path: String
  package let sprints: [Sprint]
  /// Every task of the plan once: those of its sprints in their order, then those it lists itself.
  package let taskIDs: [String]

  package init(id: String, title: String, path: String, sprints: [Sprint] = [], taskIDs: [String] = []) {
    self.id = id
    self.title = title
    self.path = path
    self.sprints = sprints
    self.taskIDs = taskIDs
  }
}

/// A part of a plan.
package struct Sprint: Hashable, Sendable {
  package let id: String
  package let title: String
  package let taskIDs: [String]

  package init(id: String, title: String, taskIDs: [String] = []) {
    self.id = id
    self.title = title
    self.taskIDs = taskIDs
  }
}

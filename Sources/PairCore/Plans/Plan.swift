/// A plan as its author wrote it: what it is called and which tasks belong to it.
public struct Plan: Hashable, Sendable {
  public let id: String
  public let title: String
  /// Where it was read, relative to the top of the repository.
  public let path: String
  public let sprints: [Sprint]
  /// Every task of the plan once: those of its sprints in their order, then those it lists itself.
  public let taskIDs: [String]

  public init(id: String, title: String, path: String, sprints: [Sprint] = [], taskIDs: [String] = []) {
    self.id = id
    self.title = title
    self.path = path
    self.sprints = sprints
    self.taskIDs = taskIDs
  }
}

/// A part of a plan.
public struct Sprint: Hashable, Sendable {
  public let id: String
  public let title: String
  public let taskIDs: [String]

  public init(id: String, title: String, taskIDs: [String] = []) {
    self.id = id
    self.title = title
    self.taskIDs = taskIDs
  }
}

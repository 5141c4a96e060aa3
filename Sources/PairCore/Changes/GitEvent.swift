/// Something that happened in the repository and that this program acts on.
public enum GitEvent: Hashable, Sendable {
  /// Task files differ between two commits; `from` is nil for a first commit.
  case taskFilesChanged([FileChange], from: ObjectID?, to: ObjectID)
  case branchCreated(BranchName, at: ObjectID)
  case branchMoved(BranchName, from: ObjectID, to: ObjectID)
  case branchDeleted(BranchName, was: ObjectID)

  /// What happened to branches between two listings of them, in the order of their names.
  public static func branchEvents(
    from old: [BranchName: ObjectID], to new: [BranchName: ObjectID]
  ) -> [GitEvent] {
    Set(old.keys).union(new.keys).sorted().compactMap { branch in
      switch (old[branch], new[branch]) {
      case (nil, let now?): .branchCreated(branch, at: now)
      case (let was?, nil): .branchDeleted(branch, was: was)
      case (let was?, let now?) where was != now: .branchMoved(branch, from: was, to: now)
      default: nil
      }
    }
  }
}

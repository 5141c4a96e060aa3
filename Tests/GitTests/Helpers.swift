import Git
import PairCore
import TestSupport
import Testing

let ada = Signature(name: "Ada", email: "ada@example.com", time: Timestamp(secondsSince1970: 1_700_000_000))

extension ScratchRepository {
  func open(effects: EffectDoor = .open) throws -> Repository {
    try Repository(containing: path, environment: scratch.environment, effects: effects)
  }

  func commitID(_ message: String = "Work") throws -> ObjectID { try #require(ObjectID(try commit(message))) }

  func id(_ revision: String) throws -> ObjectID {
    try #require(ObjectID(try git(["rev-parse", "--verify", revision])))
  }

  /// A commit without files that no ref keeps.
  func looseCommit(_ message: String) throws -> ObjectID {
    let tree = try git(["hash-object", "-w", "-t", "tree", "/dev/null"])
    return try #require(ObjectID(try git(["commit-tree", tree, "-m", message])))
  }
}

/// The error's kind when `body` throws a `GitError`.
func kind(of body: () throws -> Void) -> GitError.Kind? {
  do {
    try body()
    return nil
  } catch {
    return (error as? GitError)?.kind
  }
}

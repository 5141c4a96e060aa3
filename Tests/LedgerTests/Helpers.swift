import Git
import PairCore
import Synchronization
import TestSupport
import Testing

let ada = Signature(name: "Ada", email: "ada@example.com", time: Timestamp(secondsSince1970: 1_700_000_000))

extension ScratchRepository {
  func open() throws -> Repository { try Repository(containing: path, environment: scratch.environment) }

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

/// What was told.
final class Told: Sendable {
  private let told = Mutex<[String]>([])

  func add(_ sentence: String) { told.withLock { $0.append(sentence) } }

  var sentences: [String] { told.withLock { $0 } }
}

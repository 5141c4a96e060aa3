package import Git
import Host
package import PairCore

/// All logs of a repository.
package enum Ledger {
  /// The tasks that have a log, in the order of their ids; names that are no ids are left out.
  package static func tasks(in repository: borrowing Repository) throws(GitError) -> [TaskID] {
    try heads(in: repository).map(\.task).sorted()
  }

  /// Where every task with a log stands; read by all processors together, also beside a damaged log.
  package static func states(in repository: borrowing Repository) throws -> [TaskID: TaskState] {
    let (directory, reads) = (repository.commonDirectory, repository.reads)
    let states = try heads(in: repository).mapOnThreads { heads in
      let own = try Repository(gitDirectory: directory)
      return try heads.map { head in
        reads.count("log walk \(head.task)")
        return try TaskLog(head.task).state(at: head.commit, in: own)
      }
    }
    return Dictionary(uniqueKeysWithValues: states.map { ($0.task, $0) })
  }

  /// The last entry of every log.
  package static func heads(
    in repository: borrowing Repository
  ) throws(GitError) -> [(task: TaskID, commit: ObjectID)] {
    try repository.refs(under: TaskLog.refPrefix).compactMap { name, commit in
      let task = try? TaskID(String(name.dropFirst(TaskLog.refPrefix.count)))  // Foreign refs.
      return task.map { (task: $0, commit: commit) }
    }
  }
}

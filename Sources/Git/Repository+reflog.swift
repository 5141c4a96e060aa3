import CLibgit2
package import PairCore

extension Repository {
  /// What a branch was made at, and what `git fetch` and `git pull` moved it to, as its reflog tells
  /// (git-reflog(1)); empty without one.
  package func fetchedTips(of branch: BranchName) throws(GitError) -> [ObjectID] {
    let log = try Handle(freedBy: git_reflog_free, "reading the reflog of \(branch)") {
      git_reflog_read(&$0, pointer, branch.ref)
    }
    let count = git_reflog_entrycount(log.pointer)
    var tips: [ObjectID] = []
    for index in 0..<count {
      guard let entry = git_reflog_entry_byindex(log.pointer, index),
        let id = git_reflog_entry_id_new(entry)
      else { continue }
      let words = git_reflog_entry_message(entry).map { String(cString: $0) } ?? ""
      // The newest comes first.
      if index == count - 1 || words.hasPrefix("fetch") || words.hasPrefix("pull") {
        tips.append(ObjectID(id.pointee))
      }
    }
    return tips
  }
}

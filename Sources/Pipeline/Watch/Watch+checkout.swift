import Host
import Git
import PairCore

// The files and the indices of the user's worktrees.
extension Watch {
  func compareCheckout(_ after: UserState, _ report: inout Report) {
    let top = (repository.workingDirectory ?? "") + "/"
    func named(_ path: String) -> String { path.hasPrefix(top) ? String(path.dropFirst(top.count)) : path }
    func folder(_ path: String) -> String {
      path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }
    let staged = Set(before.index.keys).union(after.index.keys).filter { before.index[$0] != after.index[$0] }
      .sorted()
    for (index, bytes) in before.indices.sorted(by: { $0.key < $1.key }) where after.indices[index] != bytes {
      guard let first = staged.first else { break }
      let more = staged.count == 1 ? "" : " and \(staged.count - 1) more"
      report.add(
        "index", "changed at \(named(first).escapedForTerminal(limit: 200))\(more)",
        undo: Watch.restore(bytes, at: index))
      report.kept[ObjectID.ofBlob(bytes).hex] = bytes
    }
    for (folder, why) in after.unlisted.sorted(by: { $0.key < $1.key }) where before.unlisted[folder] == nil {
      report.add(
        folder, "not listed by git any more (\(why))",
        undo: "To see what holds it up: find \(folder.quotedForShell) -type p",
        severity: why.contains("pipe") ? .block : .note)
      // What cannot be listed is told already.
      for entry in (try? DirectoryWalk.list(folder)) ?? [] where entry.kind == .other {
        report.add(
          entry.name, "a pipe, a socket or a device in your checkout, made",
          undo: "To undo it: rm \((folder + "/" + entry.name).quotedForShell)")
      }
    }
    let isListed = before.unlisted.isEmpty && after.unlisted.isEmpty
    let changed = Set(before.checkout.keys).union(after.checkout.keys)
      .filter { before.checkout[$0] != after.checkout[$0] && (isListed || before.index[$0] != nil) }.sorted()
    for path in changed.prefix(20) {
      let shown = path.quotedForShell
      let (old, new) = (before.checkout[path], after.checkout[path])
      let what = old == nil ? "made" : new == "gone" || new == nil ? "deleted" : "changed"
      let undo: String
      if old == nil {
        undo = "To undo it: rm \(shown)"
      } else if let held = before.unsaved[path] {
        report.kept[ObjectID.ofBlob(held).hex] = held
        undo = Watch.restore(held, at: path)
      } else if before.index[path] != nil {
        undo = "To undo it: git -C \(folder(path).quotedForShell) checkout -- \(shown)"
      } else {
        undo = "It was too large to be kept"
      }
      report.add(named(path), "\(what) in your checkout", undo: undo)
    }
    if changed.count > 20 {
      report.add(
        top, "\(changed.count - 20) more files changed",
        undo: "To see them: git -C \(top.quotedForShell) status")
    }
  }
}

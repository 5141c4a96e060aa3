import Host
import Git
import PairCore

// Files that tell git, and this program, what to do.
extension Watch {
  func compareFiles(_ after: UserState, isExplained: Bool, _ report: inout Report) async throws {
    let severity: Finding.Severity = isExplained ? .note : .block
    for path in Set(before.files.keys).union(after.files.keys).sorted() {
      let (old, new) = (before.files[path], after.files[path])
      let wasProgram = before.programs.contains(path)
      if old == new, new != nil, wasProgram != after.programs.contains(path) {
        report.add(
          path, wasProgram ? "made not executable" : "made executable",
          undo: "To undo it: chmod \(wasProgram ? "+" : "-")x \(path.quotedForShell)",
          severity: severity)
      }
      // A log that only grew says what its ref did, which is told of the ref.
      if old == new || path.contains("/logs/") && isOwnGrowth(of: old ?? [], to: new ?? []) { continue }
      let shown = path.quotedForShell
      if isExplained && Watch.isMoved(path) { continue }
      if new != nil && !isExplained && !Watch.isMoved(path) && isObeyed(path, new ?? [], beside: old ?? []) {
        report.planted.append(path)
      }
      // Git itself holds one for a moment.
      if path.hasSuffix(".lock"), old == nil {
        try await Task.sleep(for: .seconds(2))
        if FileInfo.kind(at: path) == nil { continue }
      }
      guard let old else {
        if path.contains("/paircoder/runs/") { continue }  // Of a run beside this one.
        report.add(path, "made", undo: "To undo it: rm \(shown)", severity: severity)
        continue
      }
      if FileInfo.kind(at: path) == nil, path.contains("/paircoder/runs/") {
        report.add(path, "deleted", undo: "What it held is lost: what agents of an earlier run said")
        continue
      }
      report.kept[ObjectID.ofBlob(old).hex] = old
      let verb = new == nil ? "deleted" : "changed"
      let lines = Watch.newLines(in: new ?? [], beside: old)
      let what = lines.isEmpty ? "" : " (now with: \(credentials.redacted(lines)))"
      report.add(
        path, "\(verb)\(what)", undo: Watch.restore(old, at: path),
        severity: severity)
    }
  }

  /// Whether of a reflog, as it was and is, nothing is missing but what `git gc` drops: entries that are weeks old
  /// (gc.reflogExpireUnreachable in git-config(1)).
  private func isOwnGrowth(of old: [UInt8], to new: [UInt8]) -> Bool {
    if new.starts(with: old) { return true }
    let present = Set(new.split(separator: 0x0A))
    let limit = process.now().secondsSince1970 - 29 * 86_400
    return !new.isEmpty
      && old.split(separator: 0x0A).allSatisfy { line in
        if present.contains(line) { return true }
        return Watch.seconds(of: line).map { $0 < limit } ?? false
      }
  }

  /// When a line of a reflog was written, in seconds since 1970: "old new name <mail> seconds zone<tab>message".
  static func seconds(of line: ArraySlice<UInt8>) -> Int64? {
    let words = line.prefix { $0 != 0x09 }.split(separator: 0x20).suffix(2)
    return words.first.flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
  }

  /// The way back to a file's bytes. A link may stand in its place, or the file may have been one.
  static func restore(_ bytes: [UInt8], at path: String) -> String {
    let file = path.quotedForShell
    if bytes.starts(with: "-> ".utf8) {
      return
        "To undo it: ln -sfn \(String(decoding: bytes.dropFirst(3), as: UTF8.self).quotedForShell) \(file)"
    }
    // Git may need the file to read the object, and a link in its place must not be written through.
    let copy = (path + ".before").quotedForShell
    return "To undo it: git cat-file blob \(ObjectID.ofBlob(bytes)) > \(copy) && mv -f \(copy) \(file)"
  }

  /// Whether git or this program goes by what is new in the file: of the user's own settings, what can have git run a
  /// program.
  private func isObeyed(_ path: String, _ new: [UInt8], beside old: [UInt8]) -> Bool {
    if path.hasPrefix(repository.commonDirectory) || path.hasPrefix(repository.gitDirectory) { return true }
    if !path.hasSuffix("config") { return true }
    let known = Set(old.split(separator: 0x0A))
    let lines = new.split(separator: 0x0A).filter { !known.contains($0) }.map {
      String(decoding: $0, as: UTF8.self)
    }
    let words = [
      "[core", "[filter", "[merge", "[diff", "[include", "[alias", "[credential", "[gpg", "[hook", "clean",
      "smudge",
      "process", "driver", "path", "fsmonitor", "editor", "pager", "command", "helper", "program", "textconv",
      "!",
    ]
    return lines.contains { line in words.contains { line.lowercased().contains($0) } }
  }

  /// Whether git writes the file whenever refs move.
  static func isMoved(_ path: String) -> Bool {
    path.contains("/logs/") || path.contains("/paircoder/runs/") || path.contains("/worktrees/")
      || ["HEAD", ".lock", "shallow", "BISECT_LOG"].contains(where: path.hasSuffix)
  }

  /// The first lines that are new.
  static func newLines(in new: [UInt8], beside old: [UInt8]) -> String {
    let known = Set(old.split(separator: 0x0A))
    return new.split(separator: 0x0A).filter { !known.contains($0) }.prefix(3)
      .map { String(decoding: $0, as: UTF8.self).trimmed.escapedForTerminal(limit: 80) }.joined(
        separator: "; ")
  }
}

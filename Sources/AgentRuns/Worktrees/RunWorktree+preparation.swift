package import Git
import Host
package import PairCore

extension RunWorktree {
  /// Remembers what stands there now, beside what git checked out, as no part of a result; `copies` are of
  /// the user's files.
  package func rememberWhatWasBrought(copies: [String], git: GitCommand, effects: EffectDoor) async throws {
    let content = try content()
    let printed = try await withGitOfOurs(git, effects: effects) { git, place in
      try await git.run(["ls-files", "--others", "--exclude-standard", "-z"], at: place, index: startIndex)
    }
    let unignored = Set(printed.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
    let copied = Set(copies)
    let files = content.additions.map {
      WorktreeStart.Brought(
        path: $0.path, origin: copied.contains($0.path) ? .copied : .made,
        isUnignored: unignored.contains($0.path), stamp: $0.stamp)
    }
    let repositories = content.nestedRepositories.map {
      WorktreeStart.Brought(path: $0, origin: .repository, isUnignored: true, stamp: "-")
    }
    try remember(files + repositories, effects: effects)
  }

  /// The first tracked file that differs from the base, by git's own comparison; nil when none does.
  package func firstChange(git: GitCommand, effects: EffectDoor) async throws -> String? {
    let printed = try await withGitOfOurs(git, effects: effects) { git, place in
      try await git.run(
        ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=no", "--ignore-submodules=all"],
        at: place, index: startIndex)
    }
    return printed.split(separator: 0).first.map { String(decoding: $0.dropFirst(3), as: UTF8.self) }
  }

  /// The repositories in `content` that were not there when the agent began.
  package func newRepositories(in content: WorktreeContent) throws -> [String] {
    if content.nestedRepositories.isEmpty { return [] }
    let known = try brought()
    return try content.nestedRepositories.filter { try known[$0]?.origin != .repository && !isSubmodule($0) }
  }

  /// Whether the repository at `place` is a submodule of the base that the agent had git fetch into its own git directory,
  /// and left where the base has it: what it commits there would be lost.
  private func isSubmodule(_ place: String) throws -> Bool {
    let (index, file) = (try start().checkedOut, path + "/" + place + "/.git")
    guard let position = index.position(of: place), index.entries[position].mode == .submodule,
      FileInfo.kind(at: file) == .file
    else { return false }
    let text = String(decoding: try Files.read(file, limitInBytes: 1 << 16) ?? [], as: UTF8.self).trimmed
    // Git writes a relative path.
    let own = "/\(privateGitPath.split(separator: "/").last ?? "")/modules/"
    guard let range = text.firstRange(of: own) else { return false }
    return try PrivateRefs(in: "\(privateGitPath)/modules/\(text[range.upperBound...])").head
      == index.entries[position].id
  }
}

import PairCore

/// What git is configured with at one moment, as git itself reads it: files that others include, conditions and a
/// worktree's own file are resolved (git-config(1)).
package struct GitSettings: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    /// Whether the repository, or one of its worktrees, sets it: not the user, nor the system.
    package let isOfRepository: Bool
    /// Section and variable in small letters; what stands between them as it was written.
    package let name: String
    /// Nil for a name without `=`, which means true.
    package let value: [UInt8]?

    package init(isOfRepository: Bool, name: String, value: [UInt8]?) {
      self.isOfRepository = isOfRepository
      self.name = name
      self.value = value
    }

    package var section: Substring { name.prefix { $0 != "." } }
    package var variable: Substring {
      name.suffix(from: name.lastIndex(of: ".").map(name.index(after:)) ?? name.startIndex)
    }
    /// What stands between section and variable, such as a remote's name; nil for nothing.
    package var subsection: Substring? {
      let rest = name.dropFirst(section.count + 1).dropLast(variable.count + 1)
      return rest.isEmpty ? nil : rest
    }
  }

  /// In git's order: of two with one name, the later one holds.
  package let entries: [Entry]
  /// The files that they stand in.
  package let files: Set<String>

  package init(_ entries: [Entry], from files: Set<String> = []) {
    self.entries = entries
    self.files = files
  }

  /// Asks git for the settings that hold at `place`.
  package static func read(at place: GitCommand.Place, by git: GitCommand) async throws -> GitSettings {
    let printed = try await git.run(
      ["config", "--list", "--show-scope", "--show-origin", "-z", "--includes"], at: place)
    var entries: [Entry] = []
    var files: Set<String> = []
    var fields = printed.split(separator: 0, omittingEmptySubsequences: false)[...]
    while let scope = fields.popFirst(), let origin = fields.popFirst(), let field = fields.popFirst() {
      if origin.starts(with: "file:".utf8) {
        files.insert(String(decoding: origin.dropFirst(5), as: UTF8.self))
      }
      let name = field.prefix { $0 != 0x0A }
      // What was said to this one command is ours.
      guard !scope.elementsEqual("command".utf8), let text = String(validating: name, as: UTF8.self) else {
        continue
      }
      entries.append(
        Entry(
          isOfRepository: scope.elementsEqual("local".utf8) || scope.elementsEqual("worktree".utf8),
          name: text,
          value: name.count == field.count ? nil : Array(field.dropFirst(name.count + 1))))
    }
    return GitSettings(entries, from: files)
  }

  /// The value that holds for `name`; nil where none does.
  package func value(_ name: String) -> String? {
    entries.last { $0.name == name }.map { $0.value.map { String(decoding: $0, as: UTF8.self) } ?? "true" }
  }

  /// The same, but for `name`, which the repository sets to `value`.
  package func setting(_ name: String, to value: String) -> GitSettings {
    let entry = Entry(isOfRepository: true, name: name, value: Array(value.utf8))
    return GitSettings(entries.filter { $0.name != name } + [entry], from: files)
  }

  /// The user's own attributes and patterns to ignore, by the settings that name their files; without those, files of
  /// the XDG Base Directory Specification hold (gitattributes(5), gitignore(5)).
  package func filesOfUser(_ environment: [String: String]) -> [String: String] {
    let home = environment["HOME"] ?? ""
    let folder = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? home + "/.config"
    return ["core.attributesfile": "attributes", "core.excludesfile": "ignore"].reduce(into: [:]) {
      files, entry in
      let named = value(entry.key).map { $0.hasPrefix("~/") ? home + $0.dropFirst() : $0 }
      files[entry.key] = named ?? "\(folder)/git/\(entry.value)"
    }
  }

  /// A configuration file with these settings.
  package var file: [UInt8] {
    var file: [UInt8] = []
    for entry in entries {
      let title =
        entry.subsection.map { "\(entry.section) \"\(GitSettings.escaped($0))\"" } ?? String(entry.section)
      file += "[\(title)]\n\t\(entry.variable)".utf8
      if let value = entry.value { file += Array(" = \"".utf8) + GitSettings.quoted(value) + [0x22] }
      file.append(0x0A)
    }
    return file
  }

  private static func escaped(_ subsection: Substring) -> String {
    subsection.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : String($0) }.joined()
  }

  private static func quoted(_ value: [UInt8]) -> [UInt8] {
    value.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "\\"), UInt8(ascii: "\""): [UInt8(ascii: "\\"), byte]
      case 0x0A: Array("\\n".utf8)
      case 0x09: Array("\\t".utf8)
      case 0x08: Array("\\b".utf8)
      default: [byte]
      }
    }
  }
}

public import PairCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The agents that this program can drive.
public enum AgentRegistry {
  public static let adapters: [any AgentAdapter] = [ClaudeAdapter(), CodexAdapter(), RecipeAdapter()]

  public static func adapter(for name: AgentName) -> (any AgentAdapter)? {
    adapters.first { $0.name == name }
  }

  /// Returns the absolute path of the first of `programNames` that `path`, a PATH, leads to.
  ///
  /// Relative entries, the empty one included, are skipped: they would lead into whatever the working
  /// directory is, and an agent can leave programs there.
  public static func find(_ programNames: [String], path: String) -> String? {
    let folders = path.split(separator: ":").filter { $0.hasPrefix("/") }
    for name in programNames {
      for folder in folders {
        let candidate = folder.hasSuffix("/") ? "\(folder)\(name)" : "\(folder)/\(name)"
        if isProgram(candidate) { return candidate }
      }
    }
    return nil
  }

  /// access(2) also calls a folder executable, and `folder/.` then too; a file has no `/.`.
  private static func isProgram(_ path: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: path)
      && !FileManager.default.isExecutableFile(atPath: path + "/.")
  }
}

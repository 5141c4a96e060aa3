import AgentRuns
import Git
import Host
import PairCore

/// Paths that walls are about.
struct SandboxPlaces {
  private let home: String
  private let state: String
  private let repository: String
  private let environment: [String: String]

  init(_ workspace: Workspace) throws {
    environment = workspace.process.environment
    home = environment["HOME"] ?? "/nonexistent"
    state = try workspace.process.requireStateFolder()
    repository = workspace.key.hex
    stateOfRuns = workspace.repository.stateFolder
  }

  private let stateOfRuns: String

  func expanded(_ path: String) -> String { path.hasPrefix("~/") ? home + path.dropFirst() : path }

  /// What is known to hold credentials, of a person's programs.
  var withCredentials: [String] {
    let configuration = environment["XDG_CONFIG_HOME"] ?? home + "/.config"
    let inHome = [
      ".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".netrc", ".git-credentials", ".pypirc",
      ".cargo/credentials", ".cargo/credentials.toml", ".gem/credentials", ".config/gcloud", ".terraform.d",
      ".vault-token", ".password-store", ".local/share/keyrings", ".mozilla", ".pgpass", ".my.cnf",
      ".m2/settings-security.xml", ".boto", ".databrickscfg", ".snowflake",
    ]
    let inConfiguration = [
      "gh", "glab-cli", "hub", "git/credentials", "gcloud", "op", "sops", "rclone", "doctl",
      "containers/auth.json",
      "google-chrome", "chromium", "helm/registry",
    ]
    return inHome.map { "\(home)/\($0)" } + inConfiguration.map { "\(configuration)/\($0)" }
  }

  /// Other runs: their worktrees, prompts and transcripts; approvals.
  var ofOthers: [String] { [state, stateOfRuns + "/runs"] }

  /// Where agents keep logins and settings.
  var ofAgents: [String] {
    AgentRegistry.adapters.compactMap { $0.configuration?.path(environment) } + [
      "\(home)/.gemini", "\(home)/.claude.json",
    ]
  }

  /// What set-up commands download, for all runs of the repository.
  var packages: String { "\(state)/packages/\(repository)" }

  /// Where package managers keep what they download. Some do nothing without writing there: what set-up commands filled,
  /// only the others read.
  static let packageFolders: [(variable: String, name: String, isRead: Bool)] = [
    ("GOMODCACHE", "go", true), ("CARGO_HOME", "cargo", true), ("npm_config_cache", "npm", false),
    ("PIP_CACHE_DIR", "pip", false), ("UV_CACHE_DIR", "uv", false),
  ]
}

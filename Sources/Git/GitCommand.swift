import Host
package import PairCore
package import Subprocess
import SystemPackage

/// The git command, for what touches working trees and the network.
///
/// It is called so that nothing of the caller's git environment and none of the repository's hooks,
/// monitors or maintenance has a say: see githooks(5) and `core.fsmonitor` in git-config(1).
package struct GitCommand: Sendable {
  private var environment: [String: String]
  private let settings: [String]
  private let effects: EffectDoor
  /// How long one command may take.
  private var limit = GitCommand.longest

  private static let longest = Duration.seconds(90 * 60)

  /// - Parameters:
  ///   - environment: the caller's; every `GIT_*` variable that says where or as whom to work is dropped.
  ///   - hookNames: hooks that the configuration defines, to be switched off by name.
  package init(environment: [String: String], hookNames: [String] = [], effects: EffectDoor = .open) {
    var environment = environment.filter { !$0.key.hasPrefix("GIT_") || GitCommand.keeps($0.key) }
    environment["GIT_TERMINAL_PROMPT"] = "0"
    environment["GIT_OPTIONAL_LOCKS"] = "0"
    environment["LC_ALL"] = "C"
    // Filters and merge drivers are looked for by what git runs, in a folder that an agent may have filled.
    environment["PATH"] = SearchPath(in: environment).text
    self.environment = environment
    self.settings =
      [
        "core.fsmonitor=false", "core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false",
        "worktree.useRelativePaths=false", "core.splitIndex=false", "index.sparse=false",
      ]
      + hookNames.map { "hook.\($0).enabled=false" }
    self.effects = effects
  }

  /// The same command with another environment.
  package func changingEnvironment(_ change: ([String: String]) -> [String: String]) -> GitCommand {
    var changed = self
    changed.environment = change(environment)
    return changed
  }

  /// The user's own attributes and patterns to ignore, as they are now, by the settings that name their files.
  package func filesOfUser(_ settings: GitSettings) throws -> [String: [UInt8]] {
    try settings.filesOfUser(environment).compactMapValues { path in
      guard let real = Files.canonical(path), FileInfo.kind(at: real) == .file else { return nil }
      return try Files.read(real)
    }
  }

  /// The same, whose commands may take no longer than `limit`: what an agent left can have git wait for ever.
  package func limited(to limit: Duration) -> GitCommand {
    var limited = self
    limited.limit = min(limit, self.limit)
    return limited
  }

  /// Whether a child keeps git's variable `name`: those that say how to reach and trust others, and which
  /// files configure git. Not where it works, nor configuration that a caller gave to one command
  /// (GIT_CONFIG_COUNT, GIT_CONFIG_PARAMETERS).
  package static func keeps(_ name: String) -> Bool {
    switch name {
    case "GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS",
      "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM":
      true
    default: name.hasPrefix("GIT_SSL_")
    }
  }

  /// Where a git command works. Always stated, never found out by git: an agent may have replaced a
  /// worktree's `.git` file.
  package struct Place: Hashable, Sendable {
    package let gitDirectory: String
    package let worktree: String?
    /// Where new objects go; nil for the repository's own.
    package let objects: String?

    package init(gitDirectory: String, worktree: String? = nil, objects: String? = nil) {
      self.gitDirectory = gitDirectory
      self.worktree = worktree
      self.objects = objects
    }
  }

  /// Runs `git` with `arguments` and returns what it printed.
  ///
  /// - Parameter input: what it reads from standard input.
  /// - Throws: `GitError` with git's own words when its status is not zero; `PairError` when git cannot be started.
  @discardableResult
  package func run(
    _ arguments: [String], at place: Place, index: String? = nil, input: [UInt8] = [],
    limitInBytes: Int = 256 << 20
  ) async throws -> [UInt8] {
    let subject = arguments.first ?? "git"
    try effects.pass(.gitCommand, arguments.joined(separator: " "))
    var environment = environment
    environment["GIT_DIR"] = place.gitDirectory
    environment["GIT_WORK_TREE"] = place.worktree
    environment["GIT_INDEX_FILE"] = index
    environment["GIT_OBJECT_DIRECTORY"] = place.objects
    let folder = place.worktree ?? place.gitDirectory
    guard exists(folder) else { throw GitError(.notFound, "git \(subject): the folder \(folder) is gone") }
    return try await GitCommand.run(
      arguments, settings, environment, in: folder,
      Bounds(input: input, limitInBytes: limitInBytes, time: limit))
  }

  /// What a child reads, how much it may print, and how long it may take.
  struct Bounds {
    var input: [UInt8] = []
    let limitInBytes: Int
    var time = GitCommand.longest
  }

  static func run(
    _ arguments: [String], _ settings: [String], _ environment: [String: String], in folder: String,
    _ bounds: Bounds
  ) async throws -> [UInt8] {
    // Found once: a look by the system would start a process for each folder of PATH that has no git.
    let path = SearchPath(in: environment)
    guard let program = path.candidates("git").first(where: Files.isExecutable) else {
      throw PairError(
        .unsupported, "there is no git in any folder of PATH",
        hint: "Install git 2.39 or a newer one, or add its folder to PATH.")
    }
    var round = 0
    while true {
      round += 1
      let ended = try await within(bounds.time) {
        try await once(
          FilePath(program), Arguments(settings.flatMap { ["-c", $0] } + arguments), environment,
          FilePath(folder), bounds)
      }
      guard let result = ended else {
        throw GitFailure.timedOut(arguments, in: folder, after: bounds.time)
      }
      if result.terminationStatus.isSuccess { return result.standardOutput }
      let failure = GitFailure(arguments, in: folder, result.terminationStatus, said: result.standardError)
      if !failure.mayPass || round == 10 { throw failure.error }
    }
  }

  /// Runs git once. It ends with this process, and with the task around it, and so do its filters and merge drivers.
  private static func once(
    _ program: FilePath, _ arguments: Arguments, _ environment: [String: String], _ folder: FilePath,
    _ bounds: Bounds
  ) async throws -> ExecutionResult<Void, BytesOutput, StringOutput<UTF8>> {
    var options = PlatformOptions()
    // An interrupt from the terminal is for us: what runs may be asked to finish.
    options.processGroupID = 0
    // On SIGTERM git takes its locks away.
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
    ]
    let mark = ChildGuard.begin()
    do {
      let result = try await Subprocess.run(
        .path(program), arguments: arguments,
        environment: .exactly(environment.merging([ProcessTraces.gitVariable: mark]) { $1 }),
        workingDirectory: folder, platformOptions: options, input: .array(bounds.input),
        output: .bytes(limit: bounds.limitInBytes), error: .string(limit: 1 << 20))
      await ChildGuard.end(mark, wasBrokenOff: Task.isCancelled)
      return result
    } catch {
      await ChildGuard.end(mark, wasBrokenOff: true)
      throw error
    }
  }
}

/// What `work` comes to; nil where it takes longer than `limit`, and then it is cancelled.
private func within<Value: Sendable>(
  _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value? {
  try await withThrowingTaskGroup(of: Value?.self) { group in
    defer { group.cancelAll() }
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: limit)
      return nil
    }
    return try await group.next() ?? nil
  }
}

extension GitCommand {
  /// The version that `git` names itself with; it needs no repository for that.
  ///
  /// - Throws: when git cannot be started, or says something else.
  package func version(from folder: String) async throws -> String {
    let printed = try await run(["version"], at: Place(gitDirectory: folder))
    let words = String(decoding: printed, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count >= 3, words[..<2].elementsEqual(["git", "version"]) else {
      throw GitError(.other, "git version: it named none")
    }
    return String(words[2])
  }
}

extension Environment {
  /// These variables, and none that are inherited.
  package static func exactly(_ variables: [String: String]) -> Environment {
    .custom(Dictionary(uniqueKeysWithValues: variables.map { (Key(stringLiteral: $0.key), $0.value) }))
  }
}

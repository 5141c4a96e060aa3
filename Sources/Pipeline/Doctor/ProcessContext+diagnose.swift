import AgentRuns
import Git
import Host
import PairCore
import TaskFiles

extension ProcessContext {
  /// Looks at everything that a run needs: the machine, the agents and the repository. Changes nothing.
  package func diagnose() async -> [Diagnosis] {
    var found = [await diagnoseGit()]
    found.ok("libgit2", Repository.libraryVersion)
    found.look(at: "state folder", diagnoseStateFolder)
    found.look(at: "sandbox", diagnoseSandbox)
    do {
      let workspace = try Workspace(self)
      found += RepositoryDiagnosis(workspace).all()
      found += await diagnoseHooks()
      // An invalid file is told already, and what is not known of an agent is nothing against it.
      let capabilities = (try? workspace.settings().capabilities) ?? .builtIn
      let unavailabilities = (try? workspace.unavailabilities(of: capabilities.profiles)) ?? [:]
      return found + (await diagnoseAgents(capabilities, unavailabilities))
    } catch {
      return found + [Diagnosis("repository", error)] + (await diagnoseAgents(.builtIn, [:]))
    }
  }

  /// The first version with `git merge-tree --stdin`.
  private static let oldestGit = [2, 39]

  private func diagnoseGit() async -> Diagnosis {
    let remedy = "Install git 2.39 or later, and see that it is on PATH."
    do {
      let version = try await GitCommand(environment: environment, effects: effects).version(from: folder)
      let numbers = version.split(separator: ".").prefix(2).compactMap { Int($0) }
      if numbers.count == 2, !numbers.lexicographicallyPrecedes(ProcessContext.oldestGit) {
        return Diagnosis("git", .ok, version)
      }
      return Diagnosis(
        "git", .problem, "\(version.escapedForTerminal(limit: 60)) is too old", remedy: remedy,
        isUnsupported: true)
    } catch {
      return Diagnosis("git", .problem, "git cannot be started", remedy: remedy, isUnsupported: true)
    }
  }

  private func diagnoseSandbox(_ found: inout [Diagnosis]) throws {
    let support = try SandboxSupport.probe(in: self)
    let walls = [support.bwrap == nil ? nil : "bwrap", support.landlockABI > 0 ? "Landlock" : nil].compactMap(
      \.self)
    if !walls.isEmpty { found.ok("sandbox", walls.joined(separator: " and ")) }
    for sentence in support.missing {
      found.note("sandbox", sentence, remedy: "docs/sandbox.md says what each wall keeps from whom.")
    }
  }

  private func diagnoseHooks() async -> [Diagnosis] {
    do {
      let setup = try await HookSetup(Workspace(self))
      var found: [Diagnosis] = []
      for hook in setup.hooks {
        if case .idle(let why) = try setup.status(of: hook) {
          found.problem(hook.rawValue, "our hook is not in force: \(why)", remedy: "bpsai-pair hooks install")
        }
      }
      return found
    } catch let error as PairError where error.kind == .unsupported {
      return []  // Hooks that other repositories share: said among the repository's.
    } catch {
      return [Diagnosis("hooks", error)]
    }
  }

  private func diagnoseStateFolder(_ found: inout [Diagnosis]) throws {
    let folder = try requireStateFolder()
    guard let nearest = Files.nearestFolder(to: folder), Files.isWritable(nearest) else {
      found.problem(
        "state folder", "\(folder) cannot be written", remedy: "Set XDG_STATE_HOME to a folder that can.")
      return
    }
    found.ok("state folder", folder)
    diagnoseSpace(at: nearest, &found)
  }

  /// A worktree, and what is built in it, has to find room.
  private func diagnoseSpace(at folder: String, _ found: inout [Diagnosis]) {
    guard let bytes = Files.freeBytes(at: folder) else {
      found.note("disk", "how much is free at \(folder) cannot be told")
      return
    }
    let free = "\(gibibytes(bytes)) free at \(folder)"
    let remedy = "Every run checks out a worktree there: make room, or move XDG_STATE_HOME."
    switch bytes {
    case ..<(1 << 29): found.problem("disk", free, remedy: remedy)
    case ..<(5 << 30): found.note("disk", free, remedy: remedy)
    default: found.ok("disk", free)
    }
  }

  private func diagnoseAgents(
    _ capabilities: Capabilities, _ unavailabilities: [AgentName: AgentUnavailability]
  ) async -> [Diagnosis] {
    do {
      let agents = try await survey(capabilities, unavailabilities: unavailabilities).filter(\.hasAdapter)
      var found = agents.map(diagnose)
      if agents.allSatisfy({ $0.program == nil }) {
        found.problem(
          "agents", "none is installed, so only recipes can run",
          remedy: "Install one of them, and see that it is on PATH.")
      }
      return found
    } catch {
      return [Diagnosis("agents", error)]
    }
  }

  private func diagnose(_ agent: AgentStatus) -> Diagnosis {
    let name = agent.profile.name.text.escapedForTerminal(limit: 40)
    guard agent.program != nil else { return Diagnosis(name, .note, "not installed") }
    guard let version = agent.version else {
      // Programs that were never tried may well have no such option.
      return Diagnosis(
        name, agent.testedVersion == nil ? .note : .problem, "it does not name its version",
        remedy: "See that its program starts.")
    }
    if agent.login == .missing {
      return Diagnosis(
        name, .problem, "\(version), not logged in",
        remedy: "Log in with its own program, or set its key: docs/agents.md names the variables.")
    }
    if let unavailability = agent.unavailability {
      return Diagnosis(
        name, .note,
        "\(version); left out until \(unavailability.until): \(unavailability.reason.escapedForTerminal())")
    }
    guard let tested = agent.testedVersion else {
      return Diagnosis(name, .note, "\(version); its adapter was never tried with the program")
    }
    if tested != version { return Diagnosis(name, .note, "\(version); tried with \(tested)") }
    return Diagnosis(name, .ok, version)
  }
}

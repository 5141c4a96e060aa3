import Foundation
import TestSupport
import Testing

/// Agents that are run by a command line out of capabilities.yaml.
@Suite struct OwnAgentTests {
  private static let capabilities = """
    agents:
      gardener:
        command: [gardener, --file, "{prompt_file}", --mode, "{mode}"]
        variables: [GARDENER_KEY]
        strengths: [rapid-iteration]
        cost_per_1k_tokens: 0.001
        context_limit: 100000
        availability: local

    """

  private func repository(_ script: String) throws -> ScratchRepository {
    let repository = try ScratchRepository.with(
      TaskText("TASK-1", fields: ["type: feature", "complexity: 20"], body: "Plant it."))
    try repository.write(".paircoder/capabilities.yaml", Self.capabilities)
    try repository.commit("An agent of our own")
    try repository.scratch.write("bin/gardener", "#!/bin/sh\n" + script, executable: true)
    return repository
  }

  @Test func `it runs once its exact command was approved, with its prompt and its key`() throws {
    let repository = try repository(
      "cat \"$2\" > prompt.txt; echo \"$GARDENER_KEY,$OTHER_KEY,$4\" > seen.txt; echo planted")
    let unapproved = try repository.pair("orchestrate", "--task", "TASK-1", ends: 77, touching: .nothing)
    #expect(unapproved.errors.contains("gardener: its command has not been approved"))
    #expect(
      try repository.pair("trust").output.contains(
        "the command of gardener: not approved\n    gardener\n    --file\n"))
    try repository.pair("trust", "agents")
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", environment: ["GARDENER_KEY": "mine", "OTHER_KEY": "theirs"])
    #expect(run.output.hasPrefix("TASK-1: gardener changed 2 files on paircoder/TASK-1 ("))
    let prompt = try repository.git(["show", "paircoder/TASK-1:prompt.txt"])
    #expect(prompt.contains("Plant it."), "\(prompt)")
    #expect(try repository.git(["show", "paircoder/TASK-1:seen.txt"]) == "mine,,auto-edit")
    #expect(try repository.git(["log", "-1", "--format=%an", "paircoder/TASK-1"]) == "gardener")

    try repository.write(
      ".paircoder/capabilities.yaml", Self.capabilities.replacingOccurrences(of: "--file", with: "--evil"))
    try repository.pair("orchestrate", "--task", "TASK-1", "--again", ends: 77, touching: .nothing)
  }

  @Test func `its failure is told with its own words`() throws {
    let repository = try repository("echo 'invalid api key' >&2; exit 3")
    try repository.pair("trust", "agents")
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(run.output.hasPrefix("TASK-1: gardener failed (not-authenticated): "))
    #expect(run.output.contains("invalid api key"))
  }

  @Test func `agents shows it, and route says why it is left out`() throws {
    let repository = try repository("touch \"$0.ran\"")
    let agents = try repository.pair("agents", touching: .nothing)
    #expect(agents.output.contains("\ngardener     installed "))
    try repository.pair("doctor", touching: .nothing)
    #expect(!FileManager.default.fileExists(atPath: repository.scratch.path + "/bin/gardener.ran"))
    let route = try repository.pair("route", "TASK-1", "--json", touching: .nothing)
    let ranking = try JSON(route.output)["ranking"].list
    #expect(
      ranking.first { $0["agent"] == "gardener" }?["excluded", "kind"].text == "command-not-approved")
  }

  @Test func `the model that the configuration names for such a task is asked for`() throws {
    let repository = try repository("echo \"$6\" > model.txt")
    try repository.write(
      ".paircoder/capabilities.yaml",
      Self.capabilities.replacingOccurrences(of: "\"{mode}\"]", with: "\"{mode}\", --model, \"{model}\"]"))
    try repository.write(
      ".paircoder/config.yaml", "orchestrate:\n  models:\n    gardener: {low: small, high: large}\n")
    try repository.commit("Models")
    try repository.pair("trust", "agents")
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try repository.git(["show", "paircoder/TASK-1:model.txt"]) == "small")
  }
}

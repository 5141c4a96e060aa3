import AgentRuns
import PairCore
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The streams that agents print, kept in Fixtures, and what the readers make of them.
enum Samples {
  static func lines(_ name: String) throws -> [[UInt8]] {
    let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    let data = try Data(contentsOf: URL(filePath: "/\(folder)/Fixtures/\(name).jsonl"))
    return data.split(separator: UInt8(ascii: "\n")).map(Array.init)
  }

  static func events(_ name: String, of agent: any AgentAdapter) throws -> [AgentEvent] {
    var reader = agent.makeReader()
    return try lines(name).flatMap { reader.read(line: $0) }
  }

  static func report(_ name: String, of agent: any AgentAdapter) throws -> AgentReport {
    try events(name, of: agent).reduce(into: AgentReport()) { $0.take($1) }
  }

  static func report(lines: [String], of agent: any AgentAdapter) -> AgentReport {
    var reader = agent.makeReader()
    return lines.flatMap { reader.read(line: Array($0.utf8)) }.reduce(into: AgentReport()) { $0.take($1) }
  }

  static func request(
    _ mode: RunMode, maxCostInUSD: Double? = nil, allowedCommands: [String] = [], isRoot: Bool = false,
    worktree: String = "/srv/trees/T-1.2", environment: [String: String] = ["PATH": "/usr/bin"]
  ) -> AgentRequest {
    AgentRequest(
      program: "/opt/agent", mode: mode, prompt: "Add a greeting.\n", worktree: worktree,
      runFolder: "/srv/runs/r1", maxCostInUSD: maxCostInUSD, allowedCommands: allowedCommands,
      isRoot: isRoot, environment: environment)
  }
}

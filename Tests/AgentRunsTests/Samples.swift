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
  private static var folder: URL {
    URL(filePath: "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Fixtures")
  }

  /// The streams in a folder, without the files of sessions beside them.
  static func names(in name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: name).path)
      .filter { !$0.hasSuffix(".rollout.jsonl") }.map { String($0.dropLast(".jsonl".count)) }.sorted()
  }

  static func lines(_ name: String) throws -> [[UInt8]] {
    let data = try Data(contentsOf: folder.appending(path: name + ".jsonl"))
    return data.split(separator: UInt8(ascii: "\n")).map(Array.init)
  }

  static func events(
    _ name: String, of agent: any AgentAdapter, resuming session: AgentSession? = nil
  ) throws -> [AgentEvent] {
    var reader = agent.makeReader(resuming: session)
    return try lines(name).flatMap { reader.read(line: $0) }
  }

  /// The events in short, those that repeat with their number.
  static func words(of events: [AgentEvent]) -> String {
    var words: [(word: String, count: Int)] = []
    for word in events.map(\.word) {
      if words.last?.word == word {
        words[words.count - 1].count += 1
      } else {
        words.append((word, 1))
      }
    }
    return words.map { $0.count == 1 ? $0.word : "\($0.word)×\($0.count)" }.joined(separator: " ")
  }

  static func report(_ name: String, of agent: any AgentAdapter) throws -> AgentReport {
    try events(name, of: agent).reduce(into: AgentReport()) { $0.take($1) }
  }

  static func report(lines: [String], of agent: any AgentAdapter) -> AgentReport {
    var reader = agent.makeReader(resuming: nil)
    return lines.flatMap { reader.read(line: Array($0.utf8)) }.reduce(into: AgentReport()) { $0.take($1) }
  }

  static func request(
    _ mode: RunMode, prompt: String = "Add a greeting.\n", model: String? = nil,
    session: AgentSession? = nil, maxCostInUSD: Double? = nil, maxTurns: Int? = nil,
    answerSchema: String? = nil,
    setUp: AgentSetUp = .own, allowedCommands: [String] = [], isRoot: Bool = false,
    worktree: String = "/srv/trees/T-1.2", environment: [String: String] = ["PATH": "/usr/bin"],
    variables: [VariablePattern] = []
  ) -> AgentRequest {
    AgentRequest(
      program: "/opt/agent", mode: mode, prompt: prompt, model: model, session: session, worktree: worktree,
      runFolder: "/srv/runs/r1", maxCostInUSD: maxCostInUSD, maxTurns: maxTurns, answerSchema: answerSchema,
      setUp: setUp, allowedCommands: allowedCommands,
      isRoot: isRoot, environment: environment, variables: variables)
  }
}

extension AgentEvent {
  /// The event as the tables of the tests write it.
  var word: String {
    switch self {
    case .started: "starts"
    case .message: "says"
    case .toolUsed(let name, _): "uses:" + name
    case .fileChanged: "changes"
    case .commandRun(_, let code): "ran:" + (code.map { "\($0)" } ?? "?")
    case .denied(let tool, _): "denied:" + tool
    case .retrying: "retries"
    case .rateLimited: "limited"
    case .usage: "counts"
    case .finished: "finishes"
    case .failed: "fails"
    case .unknown(let type): "unknown:" + type
    }
  }
}

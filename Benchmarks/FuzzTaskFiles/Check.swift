import PairCore
import TaskFiles

/// What a parser made of a file.
enum Outcome {
  case parsed
  case rejected(PairError)
  /// A rule that holds for every file does not hold for this one.
  case broken(String)
}

extension Mutant {
  /// Parses it.
  func check() -> Outcome {
    do {
      switch kind {
      case .task: try TaskCheck(bytes: bytes).run()
      case .plan, .planInMarkdown: try checkPlan()
      case .capabilities: try checkCapabilities()
      case .config: try checkConfig()
      }
      return .parsed
    } catch let fault as Broken {
      return .broken(fault.rule)
    } catch let error as PairError {
      let lines = bytes.lineCount
      guard error.kind == .invalidInput else {
        return .broken("an error of kind \(error.kind): \(error.message)")
      }
      guard let line = error.location?.line, !(1...lines + 1).contains(line) else { return .rejected(error) }
      return .broken("the error is in line \(line) of \(lines): \(error.message)")
    } catch {
      return .broken("an error of another type: \(error)")
    }
  }

  private func checkPlan() throws {
    let path = "a." + kind.ending
    let plan = try PlanFile.parse(bytes, path: path)
    try require(try PlanFile.parse(bytes, path: path) == plan, "the same text is the same plan")
    try require(Set(plan.taskIDs).count == plan.taskIDs.count, "a plan lists a task once")
    try require(
      plan.sprints.allSatisfy { Set($0.taskIDs).isSubset(of: plan.taskIDs) }, "a plan has its sprints' tasks")
  }

  private func checkCapabilities() throws {
    let capabilities = try CapabilitiesFile.parse(bytes, path: "capabilities.yaml")
    try require(
      try CapabilitiesFile.parse(bytes, path: "capabilities.yaml") == capabilities,
      "the same text is the same capabilities")
    try require(Set(capabilities.names).count == capabilities.names.count, "an agent has one profile")
    try require(capabilities.names.starts(with: Capabilities.builtIn.names), "the built-in agents come first")
    for profile in capabilities.profiles {
      try require(profile.contextLimit > 0, "a context limit is above 0")
      try require(
        profile.costPer1kTokensInUSD >= 0 && profile.costPer1kTokensInUSD.isFinite, "a cost is 0 or more")
      try require((try? TaskID(profile.name.text)) != nil, "an agent's name can be a file")
    }
  }

  private func checkConfig() throws {
    let config = try ConfigFile.parse(bytes, path: "config.yaml")
    try require(
      try ConfigFile.parse(bytes, path: "config.yaml") == config, "the same text is the same settings")
    let times = config.checks.map(\.timeoutInSeconds) + [config.runTimeoutInSeconds]
    try require(times.allSatisfy { (1...604_800).contains($0) }, "a time is from a second to a week")
    try require(Set(config.checks.map(\.name)).count == config.checks.count, "a check's name is its own")
    try require(config.tasksFolder.staysInRepository, "the tasks are in the repository")
  }
}

/// The rule that a file breaks.
struct Broken: Error {
  let rule: String
}

func require(_ holds: @autoclosure () throws -> Bool, _ rule: @autoclosure () -> String) throws {
  guard try holds() else { throw Broken(rule: "not so: " + rule()) }
}

extension String {
  var staysInRepository: Bool {
    !isEmpty && !hasPrefix("/") && !utf8.split(separator: 0x2F).contains { $0.elementsEqual("..".utf8) }
  }
}

extension [UInt8] {
  /// Lines end in LF, CR LF or CR.
  var lineCount: Int {
    1 + indices.count { self[$0] == 0x0A || self[$0] == 0x0D && ($0 + 1 == count || self[$0 + 1] != 0x0A) }
  }
}

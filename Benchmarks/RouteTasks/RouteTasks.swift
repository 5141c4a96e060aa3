import Git
import Host
import PairCore
import TaskFiles

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Times what routing a task costs once its file is read: parse, characteristics and score.
///
///     RouteTasks FOLDER [ROUNDS]
///
/// Prints two numbers, the medians of all rounds in microseconds a task: on one processor, and on all.
@main
enum RouteTasks {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1, let rounds = Int(arguments.count > 2 ? arguments[2] : "9"), rounds > 0 else {
      print("usage: RouteTasks FOLDER [ROUNDS]")
      exit(2)
    }
    let files = try TaskLibrary(workingTree: arguments[1], folder: ".").files
    var alone: [Double] = []
    var together: [Double] = []
    for _ in 0..<rounds {
      alone.append(try microseconds(a: files.count) { for file in files { _ = try decide(file) } })
      together.append(try await microseconds(a: files.count) { _ = try await files.mapInParallel(decide) })
    }
    print(alone.median.fixed(digits: 1), together.median.fixed(digits: 1))
  }

  @Sendable private static func decide(_ file: TaskLibrary.File) throws -> RoutingDecision {
    let task = try file.parse()
    return route(
      RoutingInputs(
        task: TaskBrief(of: task), base: nil, scope: ResolvedScope(missing: task.declaredFiles),
        recipe: .none, profiles: AgentProfile.builtIn,
        agents: AgentProfile.builtIn.map { AgentPresence(name: $0.name, state: .installed) },
        decidedAt: Timestamp(secondsSince1970: 0)))
  }

  private static func microseconds(a count: Int, _ work: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try work()
    return (clock.now - start).inMicroseconds / Double(count)
  }

  private static func microseconds(a count: Int, _ work: () async throws -> Void) async rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try await work()
    return (clock.now - start).inMicroseconds / Double(count)
  }
}

extension Duration {
  fileprivate var inMicroseconds: Double {
    Double(components.seconds) * 1e6 + Double(components.attoseconds) / 1e12
  }
}

extension [Double] {
  fileprivate var median: Double { sorted()[count / 2] }
}

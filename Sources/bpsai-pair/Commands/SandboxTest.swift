import ArgumentParser
import Host
import PairCore
import Pipeline

struct SandboxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox", abstract: "See what keeps agents to their folders on this system.",
    subcommands: [SandboxTest.self, TryDeeds.self])
}

struct SandboxTest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Try to get through each wall that this system has, and show what passes.",
    discussion: """
      The walls are Landlock, a part of the kernel, and bwrap, a program. Ends with status 0 when all of them stop \
      what they are there to stop, 1 when one does not, 78 when there is none.
      """)

  @Flag(help: "Print the answer as JSON.") var json = false

  func run() throws {
    let process = try ProcessContext.ofProcess()
    let support = try SandboxSupport.probe(in: process)
    let walls = try [("bwrap", true), ("Landlock", false)].compactMap { name, bwrap in
      try SandboxProbe.run(support, bwrap: bwrap, effects: process.effects).map {
        SandboxReport.Walls(name: bwrap && support.landlockABI > 0 ? "bwrap, Landlock" : name, results: $0)
      }
    }
    let report = SandboxReport(
      landlock: support.landlockABI, bwrap: support.bwrap, missing: support.missing, walls: walls)
    try Terminal.show(report, json: json)
    if walls.isEmpty { throw Ended(status: ExitStatus.of(.unsupported)) }
    if !report.holds { throw Ended(status: ExitStatus.failed) }
  }
}

/// What `sandbox test` starts within walls.
struct TryDeeds: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: SandboxProbe.verb, abstract: "Do what walls are to stop.", shouldDisplay: false)

  @Argument var words: [String]

  func run() throws { try SandboxProbe.try(words) }
}

/// What `sandbox test` answers.
struct SandboxReport: Report {
  static let schema = "bpsai-pair/sandbox/1"

  struct Walls: Encodable {
    struct Deed: Encodable {
      let deed: String
      let stopped: Bool
      /// Whether these walls are there to stop it.
      let wanted: Bool
    }

    let name: String
    let deeds: [Deed]

    init(name: String, results: [SandboxProbe.Result]) {
      self.name = name
      deeds = results.map {
        Deed(deed: $0.deed.rawValue, stopped: $0.isStopped, wanted: $0.shouldBeStopped)
      }
    }
  }

  /// The version of Landlock; 0 for none.
  let landlock: Int
  let bwrap: String?
  let missing: [String]
  let walls: [Walls]

  var holds: Bool { walls.allSatisfy { $0.deeds.allSatisfy { $0.stopped || !$0.wanted } } }

  var text: [String] {
    let rows =
      [[""] + walls.map(\.name)]
      + SandboxDeed.allCases.enumerated().map { number, deed in
        [deed.rawValue]
          + walls.map {
            let deed = $0.deeds[number]
            return deed.stopped ? "stopped" : deed.wanted ? "PASSES: this wall does not hold" : "passes"
          }
      }
    return (walls.isEmpty ? ["This system has no sandbox that bpsai-pair can use."] : rows.inColumns())
      + missing
  }
}

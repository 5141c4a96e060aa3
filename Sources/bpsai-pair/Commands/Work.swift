import ArgumentParser
import Host
import PairCore
import Pipeline

/// What the hooks start beside themselves; see `Worker`.
struct Work: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Carry out what hooks put into the queue.", shouldDisplay: false)

  func run() async throws {
    let process = try ProcessContext.ofProcess().saying { Work.log($0) }
    do {
      try await Worker(Workspace(process)).run { item in
        for line in BatchReport.Item(item).text { Work.log(line) }
      }
    } catch let error as PairError {
      Work.log("error: \(error.message)")
      if let hint = error.hint { Work.log("hint: \(hint)") }
      throw Ended(status: ExitStatus.of(error.kind))
    }
  }

  private static func log(_ line: String) { Terminal.say("\(Machine.now)  \(line)") }
}

import Host
import PairCore
import Pipeline

extension ProcessContext {
  static func ofProcess() throws -> ProcessContext {
    guard let folder = Machine.currentFolder else {
      throw PairError(.unsupported, "the current folder does not exist any more")
    }
    let environment = Machine.environment
    let fault = try environment["BPSAI_PAIR_FAULT"].map { text throws(PairError) in try InjectedFault(text) }
    let trace = environment["BPSAI_PAIR_TRACE"]
    var context = ProcessContext(
      environment: environment, folder: folder, program: Machine.runningProgram,
      host: Machine.hostName, processID: Machine.processID,
      isRoot: Machine.isRoot, now: { Machine.now }, random: { UInt64.random(in: 1 ... .max) },
      effects: .ofProcess(tracing: trace == "1", fault: fault),
      say: { Terminal.say($0) })
    context.isAttended = Machine.isAtTerminal
    if trace == "reads" { context.reads = ReadCounter { Terminal.say("read: \($0)") } }
    return context
  }
}

extension Workspace {
  static func ofProcess() throws -> Workspace { try Workspace(.ofProcess()) }
}

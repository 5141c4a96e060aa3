import Host
import Synchronization

/// Watches over the supervisor of one program, and ends what that program started where the supervisor does not.
final class Supervision: Sendable {
  /// A supervisor that is found stopped this often in a row was not stopped by a debugger's short look.
  private static let patience = 5

  private let traces: ProcessTraces
  private let group: ControlGroup?
  private let state = Mutex<(supervisor: Int32?, stops: Int)>((nil, 0))

  /// - Parameter child: what it runs in is the run's own, where its environment names a run.
  init(of child: ChildProcess) {
    let run = child.environment[ProcessTraces.variable]
    let mark = run ?? "one." + String(UInt64.random(in: 0...(.max)), radix: 36)
    let files = [child.outputPath, child.errorPath].map {
      String($0[..<($0.lastIndex(of: "/") ?? $0.startIndex)])
    }
    traces = ProcessTraces(of: mark, in: run == nil ? [] : [child.folder] + files)
    group = ControlGroup.make(for: mark)
  }

  /// For the supervisor's command line.
  var options: [String] { ["--mark", traces.mark] + (group.map { ["--control-group", $0.path] } ?? []) }

  func begin(of supervisor: Int32) { state.withLock { $0.supervisor = supervisor } }

  /// Whether the supervisor is stopped, and killed for that; asked ten times a second.
  var isLost: Bool {
    state.withLock { state in
      guard let supervisor = state.supervisor else { return false }
      state.stops = Machine.isStopped(child: supervisor) ? state.stops + 1 : 0
      guard state.stops == Supervision.patience else { return false }
      Machine.kill(child: supervisor)
      return true
    }
  }

  /// Kills what the program left, unless its supervisor ended by itself and with that has done so.
  ///
  /// - Parameter exit: the supervisor's.
  func end(after exit: AgentExit?) async {
    await onOwnThread { [self] in
      group?.end()
      if case .exited = exit { return }
      _ = traces.killAll()
    }
  }
}

import PairCore

/// A command that runs tasks: what its runs did outlives an interrupt.
protocol RunningTasks: SendableMetatype {
  /// The task that it was given; nil where it finds its tasks itself.
  var givenTask: String? { get }
  /// Whether the first interrupt lets what runs be finished, and starts nothing more.
  var finishesAfterInterrupt: Bool { get }
  var adviceAfterInterrupt: String { get }
}

extension RunningTasks {
  var finishesAfterInterrupt: Bool { false }

  var adviceAfterInterrupt: String {
    guard let task = givenTask?.escapedForTerminal(limit: 60) else {
      return "'bpsai-pair resume ID' goes on with what was under way, and the same command does the rest"
    }
    return "'bpsai-pair resume \(task)' goes on with it, and 'bpsai-pair retry \(task)' starts over"
  }
}

extension Orchestrate: RunningTasks {
  var givenTask: String? { task }
  var finishesAfterInterrupt: Bool { (plan != nil || queued) && !dryRun }
}

extension Integrate: RunningTasks {
  var givenTask: String? { nil }
  var finishesAfterInterrupt: Bool { !dryRun }
  var adviceAfterInterrupt: String { "the same command goes on" }
}

extension Resume: RunningTasks {
  var givenTask: String? { task }
}

extension Retry: RunningTasks {
  var givenTask: String? { task }
}

extension Handoff: RunningTasks {
  var givenTask: String? { task }
}

import Git
import PairCore
import Pipeline
import TestSupport
import Testing

extension ProcessContext {
  static func of(
    _ scratch: ScratchRepository, _ more: [String: String] = [:],
    now: Timestamp = Timestamp(secondsSince1970: 0)
  ) -> ProcessContext {
    ProcessContext(
      environment: scratch.scratch.environment.merging(more) { $1 }, folder: scratch.path,
      program: "/bin/false", host: "host",
      processID: 1, isRoot: false, now: { now }, random: { 1 }, effects: .open,
      say: { _ in })
  }
}

func makeTask(
  _ id: String, plan: String? = nil, sprint: String? = nil, priority: String? = nil, needs: [String] = [],
  files: [String] = [], mentions: [String] = []
) throws -> AgentTask {
  var metadata = TaskMetadata()
  metadata.plan = plan
  metadata.sprint = sprint
  metadata.priority = priority
  metadata.dependsOn = needs
  return AgentTask(
    id: try TaskID(id), title: id,
    source: TaskSource(path: "\(id).task.md", blob: .ofBlob([])), metadata: metadata, declaredFiles: files,
    mentionedPaths: mentions, text: "")
}

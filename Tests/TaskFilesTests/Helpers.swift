import PairCore
import TaskFiles

let blob = ObjectID("0123456789abcdef0123456789abcdef01234567")!

func parseTask(_ text: String, path: String = "tasks/a.md") throws(PairError) -> AgentTask {
  try TaskFile.parse(Array(text.utf8), path: path, blob: blob)
}

/// A task with `yaml` in its front matter besides its id, and `body` below.
func parseTask(yaml: String, body: String = "") throws(PairError) -> AgentTask {
  try parseTask("---\nid: TASK-1\n\(yaml)\n---\n\(body)")
}

/// A task in bullets with `fields` besides its id, and `body` below.
func parseTask(bullets fields: String, body: String = "") throws(PairError) -> AgentTask {
  try parseTask("# TASK-1: One\n\n## Metadata\n- **ID**: TASK-1\n\(fields)\n\n\(body)")
}

func parsePlan(_ text: String, path: String = "a.plan.yaml") throws(PairError) -> Plan {
  try PlanFile.parse(Array(text.utf8), path: path)
}

func parseCapabilities(_ text: String) throws(PairError) -> Capabilities {
  try CapabilitiesFile.parse(Array(text.utf8), path: "capabilities.yaml")
}

func parseConfig(_ text: String) throws(PairError) -> Config {
  try ConfigFile.parse(Array(text.utf8), path: "config.yaml")
}

func parseYAML(_ text: String) throws(PairError) -> YAMLNode? {
  try YAMLNode.parse(Array(text.utf8), path: "a.yaml")
}

extension String {
  var withCRLF: String { split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n") }
}

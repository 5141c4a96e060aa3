import Foundation
import TestSupport
import Testing

/// docs/schemas and what is printed belong together; `pair(…)` checks what each command of each test prints.
@Suite struct SchemaTests {
  @Test func `each schema that the program names has a file, and each file is named`() throws {
    let sources = Schemas.top.appendingPathComponent("Sources").path
    var named: Set<String> = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: sources) where path.hasSuffix(".swift") {
      let text = try String(contentsOfFile: sources + "/" + path, encoding: .utf8)
      named.formUnion(text.matches(of: /"(bpsai-pair\/[a-z-]+\/[0-9]+)"/).map { String($0.1) })
    }
    #expect(try Schemas.all.get().keys.sorted() == named.sorted())
  }

  @Test func `every object says which fields it has, and has no others`() throws {
    func lax(_ node: JSONNode) -> [JSONNode] {
      let isLax =
        node["type"] == .string("object")
        && (node["required"] == nil || node["additionalProperties"] != .boolean(false))
      return (isLax ? [node] : []) + node.children.flatMap(lax)
    }
    for (name, schema) in try Schemas.all.get() { #expect(lax(schema.root) == [], "\(name)") }
  }

  @Test func `what schemas define under one name is the same in all of them`() throws {
    var known: [String: JSONNode] = [:]
    for (name, schema) in try Schemas.all.get() {
      guard case .object(let definitions)? = schema.root["$defs"] else { continue }
      for (key, definition) in definitions {
        #expect(known[key] ?? definition == definition, "\(key) in \(name)")
        known[key] = definition
      }
    }
    #expect(known.count > 10)
  }

  @Test func `a field that no schema has is noticed`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", body: ""))
    let output = try repository.pair("status", "--json", touching: .nothing).output
    #expect(try Schemas.faults(in: output) == [])
    let more = output.replacingOccurrences(of: "\"tasks\"", with: "\"new\": 1, \"tasks\"")
    #expect(try Schemas.faults(in: more) == ["$.new is not in the schema"])
    #expect(try Schemas.faults(in: #"{"schema": "bpsai-pair/none/1"}"#).count == 1)
  }

  /// `pair(…)` checks each against its schema.
  @Test func `every schema is that of something that is printed`() throws {
    let repository = try ScratchRepository.with(
      TaskText("TASK-1", recipe: "echo one > one.txt", fields: ["sprint: s"]),
      TaskText("TASK-2", recipe: "echo two > two.txt", fields: ["sprint: s"]), TaskText("TASK-3", body: ""))
    try repository.install(standIn: "codex")
    try repository.write("other.yaml", "agents:\n  codex-cli: {context_limit: 100}\n")
    try repository.write("w.yaml", "workflow:\n  - {agent: codex, mode: auto, task: Write it}\n")
    try repository.commit()
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    var seen: Set<String> = []
    func run(_ words: String, ends status: Int32 = 0) throws {
      let run = try repository.pair(words.split(separator: " ").map(String.init), ends: status)
      func names(_ node: JSONNode) -> [String] {
        [node["schema"]?.text].compactMap { $0 } + node.children.flatMap(names)
      }
      seen.formUnion(try Schemas.values(in: run.output).flatMap(names))
    }
    for words in [
      "agents --json", "status --json", "route --all --json", "hooks status --json", "worktree list --json",
      "orchestrate --task TASK-1 --dry-run --json", "orchestrate --plan s --dry-run --json",
      "orchestrate --workflow w.yaml --dry-run --json", "orchestrate --workflow w.yaml --json",
      "orchestrate --task TASK-1 --json", "orchestrate --plan s --json", "review TASK-1 --json",
      "conflicts --json", "integrate --plan s --dry-run --json", "integrate --plan s --json", "cost --json",
      "status --json", "worktree list --json",
    ] {
      try run(words)
    }
    try run("doctor --json", ends: 1)
    // Without any wall it is as much of an answer.
    try run("sandbox test --json", ends: WallKind.real.isEmpty ? 78 : 0)
    try run("route --against other.yaml --json")
    #expect(try Schemas.all.get().keys.filter { !seen.contains($0) }.sorted() == [])
  }

  @Test func `what a task's log keeps has a schema, too`() throws {
    let repository = try ScratchRepository.trusting(TaskText("TASK-1", recipe: "echo one > one.txt"))
    try repository.pair("orchestrate", "--task", "TASK-1")
    for (file, entry) in [("decision", "2"), ("assignment", "1"), ("outcome", "")] {
      let name = "refs/paircoder/tasks/TASK-1" + (entry.isEmpty ? "" : "~\(entry)")
      #expect(try Schemas.faults(in: repository.text(of: "\(file).json", at: name)) == [], "\(file)")
    }
  }
}

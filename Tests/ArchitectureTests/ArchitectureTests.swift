import Testing

/// The sources as they are against the drawing in `docs/architecture.md`.
@Suite struct ArchitectureTests {
  /// Read once for all tests.
  private static let read = Result {
    let tree = try SourceTree()
    return Walls(files: tree.files, drawing: try Drawing(page: tree.page))
  }

  let walls: Walls

  init() throws { walls = try ArchitectureTests.read.get() }

  @Test func `every module imports what the drawing says, and nothing else`() {
    #expect(walls.files.count > 100)
    let complaints = walls.importComplaints()
    #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
  }

  @Test func `the drawing keeps the core pure, and C and system calls where they belong`() {
    #expect(walls.drawing.arrows["PairCore"] == [])
    let allowed: [String: Set<String>] = [
      "CLibgit2": ["Git"], "COffline": ["Git"], "CYAML": ["TaskFiles"], "CCMark": ["TaskFiles"],
      "CHost": ["Host"],
    ]
    for (module, imported) in walls.drawing.arrows {
      for other in imported where allowed[other] != nil { #expect(allowed[other]?.contains(module) == true) }
      #expect(walls.drawing.outside.allSatisfy { !$0.value.contains(module) } || module != "PairCore")
    }
    #expect(walls.drawing.outside["Glibc"] == ["Host"])
    #expect(walls.drawing.outside.keys.allSatisfy { allowed[$0] == nil })
  }

  @Test func `agent adapters and their readers do not know each other`() {
    let complaints = walls.adapterComplaints()
    // What a project's own command prints may be in the format of one of these.
    let known = ["PlainReader of Recipe", "ClaudeStreamReader of Claude", "CodexStreamReader of Codex"]
      .map { "Template's files may not mention \($0)" }
    let unknown = complaints.filter { complaint in !known.contains { complaint.hasSuffix($0) } }
    #expect(unknown.isEmpty, "\(unknown.joined(separator: "\n"))")
    for one in known {
      #expect(complaints.contains { $0.hasSuffix(one) }, "it does not any more: take it off the list")
    }
  }

  @Test func `every file of the pipeline lies in a room of the drawing`() {
    let complaints = walls.roomComplaints()
    #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
  }

  @Test func `rooms mention types of their own and of rooms below`() {
    let climbs = walls.climbs()
    for (climb, places) in climbs where !known.contains(climb) {
      Issue.record("\(climb.room) is below the room of \(climb.type): \(places.joined(separator: ", "))")
    }
    for climb in known where climbs[climb] == nil {
      Issue.record("\(climb.room) does not mention \(climb.type) any more: take it off the list")
    }
  }

  /// What still climbs. The list may only become shorter.
  private let known: Set<Walls.Climb> = Set(
    [
      "Budget": "Orchestrator Routed RunSpec",
      "Doctor": "Orchestrator",
      "Hooks": "Orchestrator Request",
      "Integration": "Orchestrator Request",
      "Plan": "DoneTasks MergeForecaster Orchestrator Request Routed",
      "Queue": "Orchestrator Request",
      "Recovery": "Orchestrator RunSpec",
      "Review": "Orchestrator",
      "Routing": "Orchestrator Request Routed",
      "Run": "Orchestrator Request Routed WorkflowSpec",
      "Session": "Orchestrator",
      "Status": "Orchestrator",
      "Storage": "Diagnosis Orchestrator RunSpec",
      "Workflow": "BatchResult Orchestrator Request Routed",
    ].flatMap { room, types in types.split(separator: " ").map { Walls.Climb(room: room, type: String($0)) } }
  )
}

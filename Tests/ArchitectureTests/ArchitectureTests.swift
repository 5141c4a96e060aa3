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
    #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
  }

  @Test func `every file of the pipeline lies in a room of the drawing`() {
    let complaints = walls.roomComplaints()
    #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
  }

  @Test func `rooms mention types of their own and of rooms below`() {
    for (climb, places) in walls.climbs() {
      Issue.record("\(climb.room) is below the room of \(climb.type): \(places.joined(separator: ", "))")
    }
  }
}

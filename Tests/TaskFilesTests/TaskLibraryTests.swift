import PairCore
import TaskFiles
import TestSupport
import Testing

@Suite struct TaskLibraryTests {
  private static func library(_ files: [(path: String, id: String?)]) -> TaskLibrary {
    TaskLibrary(
      files: files.map { file in
        (file.path, Array("---\n\(file.id.map { "id: \($0)" } ?? "title: [")\n---\nText.\n".utf8))
      })
  }

  private static func outcome(_ id: String, in library: TaskLibrary) throws -> String {
    let id = try TaskID(id)
    do {
      return try library.find(id)?.source.path ?? "nothing"
    } catch {
      return error.location?.file ?? error.message
    }
  }

  @Test(
    arguments: [
      ("T-1", "tasks/T-1.task.md"), ("t-1", "tasks/T-1.task.md"), ("T-2", "tasks/archive/T-2.task.md"),
      ("T-3", "T-3 stands in 2 files: tasks/T-3.task.md, tasks/other.task.md"), ("T-4", "tasks/T-4.task.md"),
      ("T-5", "tasks/T-5.task.md"), ("T-6", "tasks/T-6.1.task.md"), ("T-6.1", "tasks/T-6.1.task.md"),
      ("T-6.1.task", "tasks/T-6.1.task.md"), ("T-7", "nothing"), ("T", "nothing"),
    ])
  func `a task is found by its id, else by the name of its broken file`(_ id: String, _ found: String) throws
  {
    let library = Self.library([
      ("tasks/archive/T-1.task.md", "T-1"), ("tasks/T-1.task.md", "T-1"),
      ("tasks/archive/T-2.task.md", "T-2"), ("tasks/T-3.task.md", "T-3"), ("tasks/other.task.md", "t-3"),
      ("tasks/T-4.task.md", nil), ("tasks/archive/T-4.task.md", "T-4"), ("tasks/T-5.task.md", nil),
      ("tasks/T-6.1.task.md", nil),
    ])
    #expect(try Self.outcome(id, in: library) == found)
  }

  @Test func `what is asked for twice is the same, and a copy of the library knows it`() async throws {
    let library = Self.library([("a.task.md", "T-1"), ("b.task.md", nil)])
    let copy = library
    let first = try library.task(TaskID("T-1"))
    #expect(try copy.task(TaskID("T-1")) == first)
    let (tasks, faults) = await copy.surveyInParallel(includingArchived: true)
    #expect(tasks == [first])
    #expect(faults.map(\.id) == ["b"])
    #expect(library.survey(includingArchived: true).faults == faults)
  }

  /// By looking through all files.
  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `an id has the files that state it, live ones before archived ones`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let files = (0..<20).map { number in
      let folder = ["tasks", "tasks/Archive-1", "tasks/history"].randomElement(using: &random) ?? ""
      let id = Int.random(in: 1...8, using: &random)
      return (
        path: "\(folder)/\(number).task.md",
        id: ["T-\(id)", "t-\(id)", nil].randomElement(using: &random) ?? nil
      )
    }
    let library = Self.library(files)
    for number in 1...8 {
      let named = files.filter { $0.id?.lowercased() == "t-\(number)" }.map(\.path)
      let live = named.filter { $0.hasPrefix("tasks/") && $0.split(separator: "/").count == 2 }
      #expect(library.files(of: try TaskID("T-\(number)")).map(\.path) == (live.isEmpty ? named : live))
    }
  }
}

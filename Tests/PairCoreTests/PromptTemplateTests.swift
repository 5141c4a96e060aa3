import PairCore
import Testing

@Suite struct PromptTemplateTests {
  @Test(
    arguments: [
      ("{{task}}\n\nHi {{who}}", 3, 4, "there is no placeholder {{who}}"),
      ("{{task}}\r\n\r\n{{Task}}", 3, 1, "there is no placeholder {{Task}}"),
      ("{{task}}\n{{}}", 2, 1, "there is no placeholder {{}}"),
      ("a {{task_id\n{{task}}", 1, 3, "'{{' opens a placeholder that nothing closes"),
      ("{{{task}}}", 1, 1, "'{{' opens a placeholder that nothing closes"),
      ("Do: {{task}}", 1, 5, "{{task}} has to stand on a line of its own"),
      ("{{task}}\n{{rules}} {{rules}}", 2, 1, "{{rules}} has to stand on a line of its own"),
    ])
  func `what is wrong is told with its place`(_ text: String, _ line: Int, _ column: Int, _ message: String) {
    let error = #expect(throws: PairError.self) { try PromptTemplate(text, path: "p/auto.md") }
    #expect(error?.kind == .invalidInput)
    #expect(error?.location == SourceLocation(file: "p/auto.md", line: line, column: column))
    #expect(error?.message == message)
  }

  @Test(arguments: ["", "Do it.", "\\{{task}}"])
  func `a template without the task is none`(_ text: String) {
    let error = #expect(throws: PairError.self) { try PromptTemplate(text, path: "auto.md") }
    #expect(error?.message == "the template leaves out the task")
  }

  @Test func `values take the places of placeholders, and paragraphs without a value go`() throws {
    let template = try PromptTemplate(
      "A {{task_id}}{{title}} \\{{x}}\nB\n\n\n\n  {{task}}  \n\nNotes:\n{{notes}}\n\n{{handoff}}\nafter\n\n\nend\n",
      path: "auto.md")
    let filled = template.filled { placeholder in
      switch placeholder {
      case .taskID: "T-1"
      case .title: "{{task}}"
      case .task: "1\n\n\n2"
      case .handoff: "H"
      default: ""
      }
    }
    #expect(filled == "A T-1{{task}} {{x}}\nB\n\n1\n\n\n2\n\nH\nafter\n\nend\n")
  }
}

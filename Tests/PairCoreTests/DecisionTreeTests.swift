import PairCore
import Testing

@Suite struct DecisionTreeTests {
  /// What the tree says of a task: the branch, and with the two original profiles the agent and the mode.
  struct Row: Sendable, CustomTestStringConvertible {
    let type: TaskType
    let complexity: Level
    let scope: TaskScope
    let branch: DecisionTree
    let agent: AgentName
    let mode: RunMode

    var testDescription: String { "\(complexity) \(type) (\(scope)) → \(agent) \(mode)" }
  }

  static let table: [Row] = {
    var rows: [Row] = []
    func row(
      _ types: [TaskType], _ levels: [Level], _ scopes: [TaskScope], _ branch: DecisionTree,
      _ agent: AgentName,
      _ mode: RunMode
    ) {
      for type in types {
        for level in levels {
          for scope in scopes {
            rows.append(
              Row(type: type, complexity: level, scope: scope, branch: branch, agent: agent, mode: mode))
          }
        }
      }
    }
    let work: [TaskType] = [.implement, .fix, .test]
    let all = Level.allCases
    let near: [TaskScope] = [.singleFile, .multiFile]
    row([.design], all, TaskScope.allCases, .design, .claudeCode, .plan)
    row([.review], all, TaskScope.allCases, .review, .claudeCode, .plan)
    row([.refactor], all, [.multiFile, .crossModule], .bulkRefactoring, .codexCLI, .fullAuto)
    row(work, [.low], near, .rapidImplementation, .codexCLI, .autoEdit)
    row(work, [.high], TaskScope.allCases, .complexImplementation, .claudeCode, .auto)
    row(work, [.low, .medium], [.crossModule], .complexImplementation, .claudeCode, .auto)
    row(work, [.medium], near, .other, .claudeCode, .auto)
    row([.refactor], all, [.singleFile], .other, .claudeCode, .auto)
    row([.docs], all, TaskScope.allCases, .other, .claudeCode, .auto)
    return rows
  }()

  @Test func `the table names every kind of task once`() {
    let kinds = Set(Self.table.map { "\($0.type) \($0.complexity) \($0.scope)" })
    #expect(kinds.count == TaskType.allCases.count * Level.allCases.count * TaskScope.allCases.count)
    #expect(kinds.count == Self.table.count)
    #expect(Set(Self.table.map(\.branch)) == Set(DecisionTree.allCases))
  }

  @Test(arguments: table)
  func `the score picks the agent that the tree names`(_ row: Row) throws {
    let decision = route(try makeInputs(makeCharacteristics(row.type, row.complexity, row.scope)))
    #expect(decision.branch == row.branch)
    #expect(decision.agent == row.agent)
    #expect(decision.mode == row.mode)
  }

  @Test(arguments: DecisionTree.allCases)
  func `only design and review leave the files alone`(_ branch: DecisionTree) {
    #expect(branch.mode.writes == (branch != .design && branch != .review))
    #expect(!branch.sentence.isEmpty)
  }
}

import PairCore
import Testing

@testable import Pipeline

@Suite struct AgentSlotsTests {
  let rooms = AgentSlots(limits: [.codexCLI: 1])
  let (first, second, third): (TaskID, TaskID, TaskID)

  init() throws { (first, second, third) = (try TaskID("T-1"), try TaskID("T-2"), try TaskID("T-3")) }

  @Test func `an agent without a limit always has room`() {
    #expect(rooms.enter(first, with: .claudeCode))
    #expect(rooms.hasRoom(for: .claudeCode))
    #expect(rooms.change(second, to: .claudeCode))
  }

  @Test func `who has begun comes before who has not`() {
    #expect(rooms.enter(first, with: .codexCLI))
    #expect(rooms.enter(second, with: .claudeCode))
    #expect(!rooms.hasRoom(for: .codexCLI))
    #expect(!rooms.enter(third, with: .codexCLI))
    #expect(!rooms.change(second, to: .codexCLI))
    rooms.leave(first)
    // The second task waits for it.
    #expect(!rooms.hasRoom(for: .codexCLI))
    #expect(rooms.change(second, to: .codexCLI))
    #expect(!rooms.hasRoom(for: .codexCLI))
    rooms.leave(second)
    #expect(rooms.hasRoom(for: .codexCLI))
  }

  @Test func `who waits gives up the place that it had, and who leaves waits no more`() {
    let rooms = AgentSlots(limits: [.codexCLI: 1, .claudeCode: 1])
    #expect(rooms.enter(first, with: .codexCLI))
    #expect(rooms.enter(second, with: .claudeCode))
    #expect(!rooms.change(second, to: .codexCLI))
    #expect(rooms.hasRoom(for: .claudeCode))
    // Two that wait for each other's agent both go on.
    #expect(rooms.change(first, to: .claudeCode))
    #expect(rooms.change(second, to: .codexCLI))
    #expect(!rooms.change(third, to: .codexCLI))
    rooms.leave(third)
    rooms.leave(second)
    #expect(rooms.hasRoom(for: .codexCLI))
  }

  @Test func `who goes on with the same agent keeps its place`() {
    #expect(rooms.enter(first, with: .codexCLI))
    #expect(rooms.change(first, to: .codexCLI))
    #expect(!rooms.hasRoom(for: .codexCLI))
  }
}

import PairCore
import TaskFiles

@testable import Pipeline

/// An item of a schedule that nobody has forecast anything for.
func makeItem(_ id: String, after: [String] = [], needs: [String] = []) throws -> Schedule.Item {
  let task = try makeTask(id, needs: needs)
  return Schedule.Item(
    forecast: Forecast(task: task, outlook: .notNeeded("of a test")), dependsOn: [], buildsOn: [],
    after: try after.map { try TaskID($0) }, start: 0, end: 0, wave: 1)
}

import PairCore
import Pipeline

/// What `doctor` found as a person reads it: a line each, with what to do below it.
struct DoctorText {
  private let found: [Diagnosis]

  init(_ found: [Diagnosis]) { self.found = found }

  var lines: [String] {
    let widest = found.map(\.topic.count).max() ?? 0
    return found.flatMap { diagnosis in
      let topic = diagnosis.topic + String(repeating: " ", count: widest - diagnosis.topic.count)
      let level = diagnosis.level.rawValue
      let padding = String(repeating: " ", count: "problem".count - level.count)
      let line = "\(level)\(padding)  \(topic)  \(diagnosis.finding.escapedForTerminal(limit: 400))"
      let remedy = diagnosis.remedy.map {
        [
          String(repeating: " ", count: "problem".count + widest + 4) + "→ "
            + $0.escapedForTerminal(limit: 400)
        ]
      }
      return [line] + (remedy ?? [])
    }
  }
}

/// What `doctor --json` prints.
struct DoctorRecord: Encodable {
  struct Item: Encodable {
    let topic: String
    let level: Diagnosis.Level
    let finding: String
    /// Absent where there is nothing to do.
    let remedy: String?
    let unsupported: Bool
  }

  let schema = "bpsai-pair/doctor/1"
  let items: [Item]

  init(_ found: [Diagnosis]) {
    items = found.map {
      Item(
        topic: $0.topic, level: $0.level, finding: $0.finding, remedy: $0.remedy,
        unsupported: $0.isUnsupported)
    }
  }
}

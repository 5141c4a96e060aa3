/// The form in which the budget's ref keeps its values: a line each, with tabs between the fields.
/// A line of another form is kept as it is, and told: never guessed at.
package enum BudgetText {
  /// What a file's lines say.
  package struct Parsed<Value: Sendable>: Sendable {
    package var values: [Value] = []
    /// Lines that this version cannot read.
    package var unreadable: [String] = []
  }

  package static func line(_ reservation: Reservation) -> String {
    [
      reservation.at.description, reservation.run.text, reservation.task.text, reservation.agent.text,
      reservation.amount.digits, reservation.holder.onOneLine,
    ].joined(separator: "\t") + "\n"
  }

  package static func line(_ settlement: Settlement) -> String {
    let usage = settlement.usage
    return [
      settlement.at.description, settlement.run.text, settlement.task.text, settlement.agent.text,
      settlement.model?.onOneLine ?? "", String(usage.inputTokens), String(usage.cachedInputTokens),
      String(usage.outputTokens), settlement.cost.digits, settlement.basis.rawValue,
      settlement.overshoot.digits,
    ].joined(separator: "\t") + "\n"
  }

  package static func reservations(_ bytes: [UInt8]) -> Parsed<Reservation> {
    parse(bytes, fields: 6) { fields in
      guard let at = Timestamp(fields[0]), let run = RunID(fields[1].text),
        let task = TaskID(rawValue: fields[2].text),
        let amount = Dollars(digits: fields[4])
      else { return nil }
      return Reservation(
        run: run, task: task, agent: AgentName(fields[3].text), amount: amount, at: at,
        holder: fields[5].text)
    }
  }

  package static func settlements(_ bytes: [UInt8]) -> Parsed<Settlement> {
    parse(bytes, fields: 11) { fields in
      guard let at = Timestamp(fields[0]), let run = RunID(fields[1].text),
        let task = TaskID(rawValue: fields[2].text),
        let input = Int(fields[5].text), let cached = Int(fields[6].text), let output = Int(fields[7].text),
        let cost = Dollars(digits: fields[8]), let basis = Settlement.Basis(rawValue: fields[9].text),
        let overshoot = Dollars(digits: fields[10])
      else { return nil }
      return Settlement(
        at: at, run: run, task: task, agent: AgentName(fields[3].text),
        model: fields[4].isEmpty ? nil : fields[4].text,
        usage: Usage(inputTokens: input, cachedInputTokens: cached, outputTokens: output), cost: cost,
        basis: basis, overshoot: overshoot)
    }
  }

  private static func parse<Value>(
    _ bytes: [UInt8], fields count: Int, _ read: ([ArraySlice<UInt8>]) -> Value?
  ) -> Parsed<Value> {
    var parsed = Parsed<Value>()
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      if fields.count == count, let value = read(fields) {
        parsed.values.append(value)
      } else {
        parsed.unreadable.append(line.text)
      }
    }
    return parsed
  }
}

extension ArraySlice<UInt8> {
  fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}

extension Dollars {
  /// Every millionth of it, as far as the form has room: from nothing to twelve digits before the point.
  fileprivate var digits: String {
    let millionths = min(max(millionths, 0), 999_999_999_999_999_999)
    return "\(millionths / 1_000_000)." + String(millionths % 1_000_000).padded(6)
  }

  /// Reads what `digits` writes of an amount that is not below nothing.
  fileprivate init?(digits text: ArraySlice<UInt8>) {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].count == 6, (1...12).contains(parts[0].count),
      parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) })
    else { return nil }
    self.init(millionths: (parts[0] + parts[1]).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) })
  }
}

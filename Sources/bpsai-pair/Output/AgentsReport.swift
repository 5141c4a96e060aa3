import PairCore
import Pipeline

/// What `agents` answers.
struct AgentsReport: Report {
  struct Login: Encodable {
    enum State: String, Encodable {
      case variable, file, missing, unknown
      case notNeeded = "not-needed"
    }

    let state: State
    /// The variable's name or the file's path; never what it holds.
    let from: String?
    let reason: String?
    /// Whether each run gets a home of its own, with nothing but that key.
    let privateHome: Bool
  }

  struct Mode: Encodable {
    let mode: RunMode
    let arguments: [String]
    let remark: String?
  }

  /// US dollars per million tokens.
  struct Price: Encodable {
    /// `default` for models without a price of their own.
    let model: String
    let input: Double
    let cachedInput: Double
    let output: Double
  }

  struct Item: Encodable {
    let name: AgentName
    /// Whether this program can drive it.
    let hasAdapter: Bool
    /// Whether capabilities.yaml says how it is run.
    let hasOwnCommand: Bool
    let installed: Bool
    let program: String?
    let version: String?
    /// Absent where the adapter was written from documentation alone.
    let testedVersion: String?
    let login: Login
    /// ISO 8601; absent for an agent against which nothing is known.
    let unhealthyUntil: String?
    let unhealthyBecause: String?
    let modes: [Mode]
    let costPer1kTokensInUSD: Double
    let prices: [Price]
    let contextLimit: Int
    let availability: AgentProfile.Availability
  }

  static let schema = "bpsai-pair/agents/1"
  let agents: [Item]

  init(_ agents: [AgentStatus]) { self.agents = agents.map(Item.init) }

  var text: [String] {
    func name(_ agent: Item) -> String { agent.name.text.escapedForTerminal(limit: 40) }
    let table = agents.map { agent in
      [
        name(agent), agent.shownVersion, agent.hasAdapter ? agent.testedVersion ?? "unverified" : "–",
        agent.login.text, "$" + agent.costPer1kTokensInUSD.fixed(digits: 4), agent.contextLimit.grouped,
        agent.program?.escapedForTerminal() ?? "–",
      ]
    }
    let modes = agents.flatMap { agent in
      agent.modes.map {
        [name(agent), $0.mode.rawValue, $0.arguments.joined(separator: " "), $0.remark ?? "–"]
      }
    }
    let prices = agents.flatMap { agent in
      agent.prices.map { price in
        [name(agent), price.model.escapedForTerminal(limit: 60)]
          + [price.input, price.cachedInput, price.output].map(\.inDollars)
      }
    }
    let ill = agents.compactMap { agent in
      agent.unhealthyUntil.map { "\(agent.name) is out until \($0): \(agent.unhealthyBecause ?? "")" }
    }
    return ([["AGENT", "VERSION", "TRIED WITH", "LOGIN", "PER 1K", "CONTEXT", "PROGRAM"]] + table)
      .inColumns(right: [4, 5])
      + (prices.isEmpty
        ? []
        : [""]
          + ([["AGENT", "MODEL", "INPUT/M", "CACHED/M", "OUTPUT/M"]] + prices).inColumns(right: [2, 3, 4]))
      + (ill.isEmpty ? [] : [""] + ill) + [""]
      + ([["AGENT", "MODE", "ASKED FOR WITH", "REMARK"]] + modes).inColumns()
  }
}

extension AgentsReport.Item {
  fileprivate init(_ agent: AgentStatus) {
    self.init(
      name: agent.profile.name, hasAdapter: agent.hasAdapter, hasOwnCommand: agent.profile.command != nil,
      installed: agent.program != nil, program: agent.program, version: agent.version,
      testedVersion: agent.testedVersion, login: .init(agent.login, privateHome: agent.setUp.isPrivate),
      unhealthyUntil: agent.unavailability?.until.description, unhealthyBecause: agent.unavailability?.reason,
      modes: RunMode.allCases.compactMap { mode in
        agent.modes[mode].map { .init(mode: mode, arguments: $0.arguments, remark: $0.remark) }
      },
      costPer1kTokensInUSD: agent.profile.costPer1kTokensInUSD,
      prices: agent.prices.all.map { model, price in
        .init(model: model, input: price.input, cachedInput: price.cachedInput, output: price.output)
      },
      contextLimit: agent.profile.contextLimit, availability: agent.profile.availability)
  }

  fileprivate var shownVersion: String {
    guard hasAdapter else { return "cannot be run yet" }
    return installed ? version ?? (hasOwnCommand ? "installed" : "names none") : "not installed"
  }
}

extension AgentsReport.Login {
  fileprivate init(_ login: AgentLogin, privateHome: Bool) {
    (state, from, reason) =
      switch login {
      case .variable(let name): (.variable, name, nil)
      case .file(let path): (.file, path, nil)
      case .missing: (.missing, nil, nil)
      case .notNeeded: (.notNeeded, nil, nil)
      case .unknown(let why): (.unknown, nil, why)
      }
    self.privateHome = privateHome
  }

  fileprivate var text: String {
    switch state {
    case .variable: (from ?? "") + (privateHome ? ", private home" : "")
    case .file: from?.escapedForTerminal() ?? ""
    case .missing: "none"
    case .notNeeded: "not needed"
    case .unknown: "?"
    }
  }
}

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
    /// Why it is unknown.
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
    var table = Table([.left, .left, .left, .left, .right, .right, .left])
    table.add(["AGENT", "VERSION", "TRIED WITH", "LOGIN", "PER 1K", "CONTEXT", "PROGRAM"])
    var modes = Table([.left, .left, .left, .left])
    modes.add(["AGENT", "MODE", "ASKED FOR WITH", "REMARK"])
    var prices = Table([.left, .left, .right, .right, .right])
    prices.add(["AGENT", "MODEL", "INPUT/M", "CACHED/M", "OUTPUT/M"])
    for agent in agents {
      let name = agent.name.text.escapedForTerminal(limit: 40)
      table.add([
        name, agent.shownVersion, agent.hasAdapter ? agent.testedVersion ?? "unverified" : "–",
        agent.login.text, "$" + agent.costPer1kTokensInUSD.fixed(digits: 4), agent.contextLimit.grouped,
        agent.program?.escapedForTerminal() ?? "–",
      ])
      for mode in agent.modes {
        modes.add([name, mode.mode.rawValue, mode.arguments.joined(separator: " "), mode.remark ?? "–"])
      }
      for price in agent.prices {
        prices.add([
          name, price.model.escapedForTerminal(limit: 60), price.input.inDollars,
          price.cachedInput.inDollars, price.output.inDollars,
        ])
      }
    }
    let ill = agents.compactMap { agent in
      agent.unhealthyUntil.map { "\(agent.name) is out until \($0): \(agent.unhealthyBecause ?? "")" }
    }
    let isPriced = agents.contains { !$0.prices.isEmpty }
    return table.lines() + (isPriced ? [""] + prices.lines() : []) + (ill.isEmpty ? [] : [""] + ill) + [""]
      + modes.lines()
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

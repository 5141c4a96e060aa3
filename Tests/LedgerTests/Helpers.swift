import Git
import PairCore
import TestSupport
import Testing

let ada = Signature(name: "Ada", email: "ada@example.com", time: Timestamp(secondsSince1970: 1_700_000_000))

extension ScratchRepository {
  func open() throws -> Repository { try Repository(containing: path, environment: scratch.environment) }
}

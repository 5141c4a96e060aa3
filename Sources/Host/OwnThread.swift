import Dispatch

/// Returns what `work` does, which may block its thread: it gets a thread of its own, away from Swift's cooperative
/// pool, whose few threads everything else waits for.
package func onOwnThread<Value: Sendable, Failure: Error>(
  _ work: @escaping @Sendable () throws(Failure) -> Value
) async throws(Failure) -> Value {
  let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
    DispatchQueue(label: "bpsai-pair.own-thread").async {
      continuation.resume(returning: Result { () throws(Failure) in try work() })
    }
  }
  return try result.get()
}

/// Returns what `work` does, and does `tidy` on a thread of its own first, however the work ended, an interrupt included:
/// nothing does it later.
package func tidying<Value>(
  _ tidy: @escaping @Sendable () throws -> Void, after work: () async throws -> Value
) async throws -> Value {
  let ended: Result<Value, any Error>
  do {
    ended = .success(try await work())
  } catch {
    ended = .failure(error)
  }
  try await onOwnThread(tidy)
  return try ended.get()
}

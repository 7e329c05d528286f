internal import Transport

/// What the connections of one server share.
struct ServerContext: Sendable {
  let responder: any Responder
  let limits: HTTPLimits
  let date = HTTPDate()
  let end = ServerEnd()
  let room: Room
  let memory: MemoryBudget
  let metrics: HTTPMetrics

  init(responder: any Responder, limits: HTTPLimits, metrics: HTTPMetrics, memory: MemoryMetrics) {
    self.responder = responder
    self.limits = limits
    self.metrics = metrics
    room = Room(limits, metrics: metrics)
    self.memory = MemoryBudget(limits, metrics: memory)
  }

  /// When a connection that begins now has lived long enough: not all at once, or they would all come back at once.
  func ageLimit() -> Instant { .now + limits.age * Double.random(in: 0.9...1.1) }
}

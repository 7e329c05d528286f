/// One value for each share of a memory budget.
struct PerShare<Value> {
  private var small: Value
  private var large: Value
  private var work: Value

  init(_ make: (MemoryLedger.Share) -> Value) { (small, large, work) = (make(.small), make(.large), make(.work)) }

  subscript(share: MemoryLedger.Share) -> Value {
    get {
      switch share {
      case .small: small
      case .large: large
      case .work: work
      }
    }
    _modify {
      switch share {
      case .small: yield &small
      case .large: yield &large
      case .work: yield &work
      }
    }
  }
}

extension PerShare: Sendable where Value: Sendable {}

extension PerShare<Int> {
  /// The capacity of each share.
  init(_ shares: MemoryShares) {
    self.init { share in
      switch share {
      case .small: shares.small
      case .large: shares.large
      case .work: shares.work
      }
    }
  }
}

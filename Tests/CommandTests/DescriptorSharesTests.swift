import Limits
import Testing

@testable import RaymeshCommand

/// How descriptors are shared.
@Suite struct DescriptorSharesTests {
  private let kept = PeerLimits.descriptorsKeptBack.value

  @Test func `if there are plenty the webhook has what it wants`() {
    #expect(DescriptorShares(of: 1 << 20, wanted: 1024) == DescriptorShares(of: nil, wanted: 1024))
    #expect(DescriptorShares(of: nil, wanted: 1024).webhook == 1024)
    #expect(DescriptorShares(of: 1 << 20, wanted: 1024).admin <= PeerLimits.adminConnections.value)
  }

  @Test(arguments: [44, 50, 64, 100, 256, 1024, 4096]) func `connections never take what is kept back`(free: Int) {
    let shares = DescriptorShares(of: free, wanted: 1 << 20)
    let leaving = [shares.webhook, shares.admin].map { max(1, $0 / 16) + 1 }.reduce(0, +)
    #expect(shares.webhook + shares.admin + leaving <= free - kept)
    #expect(shares.webhook >= 4 && shares.admin >= 4)
  }

  @Test(arguments: [-5, 0, 10]) func `if there are hardly any each listener still has some`(free: Int) {
    let shares = DescriptorShares(of: free, wanted: 1024)
    #expect(shares.webhook == 4 && shares.admin == 4)
  }
}

import Testing

@testable import RayPlan

@Suite struct RayVersionTests {
  @Test(arguments: [
    ("2.10.0", 2, 10), ("2.10.0-aarch64", 2, 10), ("v2.48", 2, 48), ("2.48.0rc1", 2, 48), ("2.9", 2, 9),
    ("3.0.0.dev0", 3, 0), ("2.46.0.post1-py310", 2, 46), ("2.7rc0", 2, 7),
  ])
  func `a text that begins with a version names it`(text: String, major: Int, minor: Int) {
    #expect(RayVersion(text) == RayVersion(major: major, minor: minor))
  }

  @Test(arguments: ["", "nightly", "latest", "2", "v", "2.", "2.x", "a.b", "-1.2", ".2.10", "2-10", "ray-2.10.0"])
  func `a text that begins with none is unknown`(text: String) {
    #expect(RayVersion(text) == nil)
  }

  @Test(arguments: ["corp/trainer:1.4.0", "corp/trainer:2026.11", "corp/trainer:2026.11@sha256:00", "corp/trainer:0.2"])
  func `an image's tag that can be no version of Ray names none`(image: String) {
    #expect(ImageName(image).version == nil)
  }

  @Test func `versions are compared by number, not by text`() {
    let sorted = ["1.13", "2.9.3", "2.10.0", "2.44.1", "2.45.0", "3.0"].compactMap { RayVersion($0) }
    #expect(sorted == sorted.shuffled().sorted() && sorted.count == 6)
  }
}

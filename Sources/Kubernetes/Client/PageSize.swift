internal import Limits

/// How many objects to ask for at once. Nobody knows how large they are, so the first page is small; then the pages
/// grow or shrink with the bytes that objects turn out to have.
struct PageSize {
  /// What to ask for.
  private(set) var objects = PageSize.first

  /// Takes note of a page that came.
  mutating func took(_ count: Int, bytes: Int) {
    let fitting = count == 0 ? objects : max(1, ClusterLimits.page.value / max(1, bytes / count))
    objects = min(fitting, objects * PageSize.step, ClusterLimits.pageObjects.value)
  }

  /// Takes note of a page that could not be read; false if it was of one object.
  mutating func shrink() -> Bool {
    guard objects > 1 else { return false }
    objects = max(1, objects / PageSize.step)
    return true
  }

  /// By how much a page may be larger than the one before it.
  private static let step = 4
  private static let first = 4
}

/// The name of a container image, taken apart: `localhost:5000/rayproject/ray:2.9.0@sha256:…`.
struct ImageName {
  /// Registry and path, without tag and digest.
  let repository: Substring
  /// What follows the last colon of the last part; `nil` where there is none.
  let tag: Substring?

  init(_ image: String) {
    // Nothing before a digest has an `@`, and a colon before a slash is a registry's port.
    let name = image.utf8.prefix { $0 != UInt8(ascii: "@") }
    let lastPart = name.lastIndex(of: UInt8(ascii: "/")).map(name.index(after:)) ?? name.startIndex
    let colon = name[lastPart...].firstIndex(of: UInt8(ascii: ":"))
    repository = Substring(name[..<(colon ?? name.endIndex)])
    tag = colon.map { Substring(name[name.index(after: $0)...]) }
  }

  /// The version of Ray that the tag names, if it is one: `trainer:2.3.1` may be a version of the trainer's own.
  var version: RayVersion? { tag.flatMap { RayVersion(tag: $0) } }

  /// Whether Ray's makers have built the image, wherever it was copied to: `rayproject/ray`, `rayproject/ray-ml` and so on,
  /// behind any registry and path. Only their tags are sure to be versions of Ray.
  var isRays: Bool {
    guard let slash = repository.utf8.lastIndex(of: UInt8(ascii: "/")) else { return false }
    let (owner, name) = (repository[..<slash], repository[slash...])
    return (owner == "rayproject" || owner.hasSuffix("/rayproject")) && (name == "/ray" || name.hasPrefix("/ray-"))
  }
}

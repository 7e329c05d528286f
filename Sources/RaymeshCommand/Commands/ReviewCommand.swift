internal import Admission
internal import ArgumentParser
internal import JSON
internal import RayPlan

/// `raymesh review`: one AdmissionReview in, the reply out, as the server would give it.
struct ReviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review",
    abstract: "Answers one AdmissionReview, as the server would.",
    discussion: """
      Reads the AdmissionReview that an API server sent, or would send, and prints the reply. A denial is an answer \
      too, so its exit code is 0.

      Example: what the server says to a review
        raymesh review review.json | python3 -m json.tool
      """)

  @Argument(help: "A file with the AdmissionReview as JSON; - or nothing for standard input.", completion: .file())
  var file = "-"

  @OptionGroup(title: "Planning options")
  var plan: PlanFlags

  func run() throws {
    let reviewer = Reviewer(options: try plan.options())
    try refusing {
      let document = try JSONDocument(file: file)
      do { try Files.print(reviewer.review(document).bytes + [UInt8(ascii: "\n")]) } catch let error as MalformedReview
      {
        throw CommandError("\(file): \(error)")
      }
    }
  }
}

extension JSONDocument {
  /// What a file holds. Of a repeated key the parser would take the first and others the last, so it is refused.
  convenience init(file: String) throws {
    let bytes = try Files.read(file)
    do { try self.init(bytes) } catch { throw CommandError("\(file): \(error)") }
    if let place = root.repeatedKey { throw CommandError("\(file): \(place): found twice, expected once") }
  }
}

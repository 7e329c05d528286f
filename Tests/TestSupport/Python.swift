public import JSON

/// A second opinion: what Python, which shares no code with Raymesh, makes of the same JSON.
public enum Python {
  /// Runs a script that finds its JSON input in `given` and leaves its JSON output in `answer`.
  ///
  /// - Throws: `PythonError` if the script fails, as it does if a module that it imports is not installed.
  public static func answer(to given: JSONValue, by script: String) async throws -> JSONValue {
    let program = "import json, sys\ngiven = json.load(sys.stdin.buffer)\n\(script)\njson.dump(answer, sys.stdout)\n"
    let run = try await Subprocess.run(["python3", "-c", program], input: JSONWriter.bytes(of: given))
    guard run.status == 0 else { throw PythonError(description: run.errorText) }
    return JSONValue(try JSONDocument(run.output).root)
  }

  /// Applies patches to values by the package `jsonpatch`, all in one process.
  ///
  /// - Returns: the results in order, `nil` if the patch does not apply.
  public static func apply(_ cases: [(patch: JSONPatch, value: JSONValue)]) async throws -> [JSONValue?] {
    let given = try cases.map { (patch, value) -> JSONValue in
      ["patch": JSONValue(try JSONDocument(patch.bytes).root), "value": value]
    }
    let answer = try await answer(to: .array(given), by: applying)
    return answer.elements?.map { $0["result"] } ?? []
  }

  private static let applying = """
    import jsonpatch
    answer = []
    for case in given:
      try:
        answer.append({"result": jsonpatch.apply_patch(case["value"], case["patch"])})
      except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError):
        answer.append({})
    """
}

/// What Python wrote to standard error when it failed.
public struct PythonError: Error, CustomStringConvertible {
  /// Its words.
  public let description: String
}

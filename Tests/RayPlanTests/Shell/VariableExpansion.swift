import Testing

/// Expands `$(NAME)` as Kubernetes does in a container's command, arguments and environment before anything runs.
///
/// A defined name becomes its value, an undefined one stays as it is, and `$$` becomes `$`. A reference ends at the first
/// `)`, and references do not nest (`third_party/forked/golang/expansion` in k8s.io/kubernetes).
func expandingVariables(_ text: String, _ variables: [String: String]) -> String {
  var expanded = ""
  var rest = text[...]
  while let operatorIndex = rest.firstIndex(of: "$") {
    expanded += rest[..<operatorIndex]
    rest = rest[operatorIndex...].dropFirst()
    switch rest.first {
    case "$":
      expanded += "$"
      rest = rest.dropFirst()
    case "(":
      guard let end = rest.firstIndex(of: ")") else {
        expanded += "$("
        rest = rest.dropFirst()
        continue
      }
      let name = String(rest[..<end].dropFirst())
      expanded += variables[name] ?? "$(\(name))"
      rest = rest[end...].dropFirst()
    default: expanded += "$"
    }
  }
  return expanded + rest
}

@Suite struct VariableExpansionTests {
  /// Cases like those of Kubernetes' own `expand_test.go`.
  @Test(arguments: [
    ("$(A)", "1"), ("$(A)-$(A)", "1-1"), ("_$(B)_", "_2_"), ("$$(A)_$(B)", "$(A)_2"), ("$$A", "$A"), ("$(NO)", "$(NO)"),
    ("$A", "$A"), ("${A}", "${A}"), ("$?_$!", "$?_$!"), ("$(A", "$(A"), ("$(B)_$(", "2_$("), ("x$", "x$"),
    ("$$$$$$(A)", "$$$(A)"), ("$$$$$$$(A)", "$$$1"), ("$(A$(B))", "$(A$(B))"), ("$(NO$$)", "$(NO$$)"), ("$(E)", ""),
    ("--$($($(--", "--$($($(--"), ("\\$(A)", "\\1"), ("$(R)", "$(A)"), ("", ""),
  ])
  func `a reference is expanded as Kubernetes does`(text: String, expanded: String) {
    #expect(expandingVariables(text, ["A": "1", "B": "2", "E": "", "R": "$(A)"]) == expanded)
  }
}

"""What hack/swift_modules.py finds in the modules of the package, and what it leaves alone."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "hack"))

import swift_modules  # noqa: E402
from project import package, read  # noqa: E402

MANIFEST = """
    .target(
      name: "Manifests",
      dependencies: [
        "Explain", "CYAML",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .target(name: "Explain", dependencies: ["JSON"], swiftSettings: settings),
    .target(name: "JSON", dependencies: ["CSimdJSON"]),
    .target(name: "Transport", dependencies: ["CLinux", "JSON"], swiftSettings: settings),
    .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1"),
"""


def found(files, manifest=MANIFEST):
    return [(path, line, what.split(":")[0]) for path, line, what in swift_modules.module_breaches(manifest, files)]


class Linux(unittest.TestCase):
    def test_a_portable_target_and_what_it_depends_on_import_nothing_of_linux(self):
        for code in ["import Glibc", "internal import Musl", "private import CLinux", "@preconcurrency import Glibc",
                     "private import struct Glibc.timespec"]:
            for target in ["Explain", "JSON"]:
                path = f"Sources/{target}/A.swift"
                self.assertEqual([(p, line) for p, line, _ in found({path: f"\n{code}\n"})], [(path, 2)], code)

    def test_others_may_and_so_may_comments_and_strings(self):
        self.assertEqual(found({"Sources/Transport/A.swift": "internal import Glibc\n"}), [])
        self.assertEqual(found({"Sources/JSON/A.swift": '// import Glibc\nlet a = """\nimport Glibc\n"""\n'}), [])
        self.assertEqual(found({"Sources/JSON/A.swift": "internal import FoundationEssentials\n"}), [])

    def test_headers_of_unix_are_found_in_c(self):
        for header in ["sys/epoll.h", "unistd.h", "linux/tls.h"]:
            path = "Sources/CSimdJSON/a.cpp"
            self.assertEqual(found({path: f"#include <string>\n#include <{header}>\n"}), [(path, 2, header)])
        self.assertEqual(found({"Sources/CLinux/shim.h": "#include <sys/epoll.h>\n"}), [])

    def test_a_dependency_on_linux_is_found_where_it_comes_in(self):
        manifest = MANIFEST.replace('["CSimdJSON"]', '["CSimdJSON", "CLinux"]')
        self.assertEqual([path for path, _, _ in found({}, manifest)], ["Package.swift"])


class Names(unittest.TestCase):
    def test_a_type_that_is_called_like_a_module_is_found(self):
        for head in ["public enum Transport {", "struct Transport {", "public final class Transport {",
                     "@safe public final class Transport {", "public typealias Transport = Int"]:
            path = "Sources/JSON/A.swift"
            self.assertEqual(found({path: f"\n{head}\n}}\n"}), [(path, 2, "Transport")], head)

    def test_two_types_of_one_name_are_found_in_two_modules_too(self):
        files = {"Sources/Explain/A.swift": "struct Port {}\n", "Sources/JSON/B.swift": "\nprivate enum Port {}\n"}
        self.assertEqual(found(files), [("Sources/JSON/B.swift", 2, "Port")])

    def test_types_within_types_extensions_and_tests_are_not(self):
        text = "struct Port {\n  struct Kind {}\n}\nextension Port {\n  enum JSON {}\n}\n"
        text += "struct Name {\n  enum Kind {}\n}\n"
        self.assertEqual(found({"Sources/JSON/A.swift": text, "Tests/JSONTests/A.swift": "struct Port {}\n"}), [])


class Package(unittest.TestCase):
    def test_targets_and_dependencies_are_those_that_the_package_manager_reads(self):
        targets = swift_modules.dependencies(read("Package.swift"))
        described = {
            each["name"]: sorted(each.get("target_dependencies", [])) for each in package()["targets"]
            if each["path"].startswith("Sources/")}
        ours = {name: sorted(names) for name, names in targets.items() if name in described}
        self.assertEqual(ours, described)

    def test_explain_and_manifests_are_the_knowledge_pillar(self):
        found = swift_modules.closure(swift_modules.dependencies(read("Package.swift")), swift_modules.PORTABLE)
        self.assertLessEqual({"Explain", "Manifests", "Admission", "RayPlan", "JSON", "Limits"}, found)
        self.assertTrue(found.isdisjoint({"Transport", "HTTP", "Kubernetes", "CLinux"}), found)


if __name__ == "__main__":
    unittest.main()

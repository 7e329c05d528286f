"""Whether the table about the head's own Service says what the binary answers."""

import re
import unittest

from behaviour import table
from reviews import answer, cluster, head_service, stored


class HeadService(unittest.TestCase):
    NAMES, PREFIXES, NUMBERS = table("The head's own Service", "by")

    def protocols(self, ports):
        return [each["value"] for each in answer(head_service(ports))["patch"]]

    def test_names_prefixes_and_numbers_speak_what_the_table_says(self):
        tried = 0
        for row in [self.NAMES, self.PREFIXES]:
            for protocol, cell in zip(["grpc", "http"], row[1:]):
                for name in re.findall("`([^`]+)`", cell.split(" (not")[0]):
                    with self.subTest(name):
                        self.assertEqual(self.protocols([(name.replace("…", "-app"), 9999)]), [protocol])
                        tried += 1
        for protocol, cell in zip(["grpc", "http"], self.NUMBERS[1:]):
            for number in map(int, cell.split(", ")):
                with self.subTest(number):
                    self.assertEqual(self.protocols([(f"{number}-port", number)]), [protocol])
                    tried += 1
        self.assertEqual(tried, 18)

    def test_what_nobody_knows_stays(self):
        for port in [("https-app", 9999), ("mine", 9999), ("http", 6379)]:
            self.assertEqual(self.protocols([port]), [])

    def test_with_ray_s_own_tls_kuberay_is_given_the_annotation(self):
        created = stored(cluster(tlsOptions={"enabled": True}))
        self.assertEqual(created["spec"]["headServiceAnnotations"], {"raymesh.io/inject": "false"})
        service = head_service([("client", 10001)])
        service["metadata"]["annotations"] = created["spec"]["headServiceAnnotations"]
        self.assertEqual(answer(service)["patch"], [])


if __name__ == "__main__":
    unittest.main()

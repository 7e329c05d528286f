"""The rules by which a pod's traffic goes through its sidecar: those of istio-init, for IPv4 and IPv6 at once.

From `tools/istio-iptables/pkg/capture/run.go` of Istio 1.24 (`Run`), as a container of its own writes them with its
defaults: all outbound and all inbound ports, no DNS capture, one proxy user. nftables says in one table what it says
in two by iptables.
"""

import subprocess

from pods import command
from sidecar import INBOUND_PORT, OUTBOUND_PORT, PROXY_USER

# The sidecar's own, which are not inbound traffic: HBONE, metrics, health, merged metrics.
OF_THE_PROXY = [15008, 15090, 15021, 15020]

RULES = f"""
table inet istio {{
  chain prerouting {{
    type nat hook prerouting priority dstnat;
    meta l4proto tcp tcp dport != {{ {", ".join(map(str, OF_THE_PROXY))} }} redirect to :{INBOUND_PORT}
  }}
  chain output {{
    type nat hook output priority -100;
    meta l4proto != tcp return
    # What the sidecar hands to its own application.
    ip saddr 127.0.0.6 oifname "lo" return
    ip6 saddr ::6 oifname "lo" return
    # What the application sends to its own pod by a name that the sidecar routes.
    ip daddr != 127.0.0.1 oifname "lo" tcp dport != 15008 meta skuid {PROXY_USER} redirect to :{INBOUND_PORT}
    ip6 daddr != ::1 oifname "lo" tcp dport != 15008 meta skuid {PROXY_USER} redirect to :{INBOUND_PORT}
    # What the application sends to its own pod.
    oifname "lo" meta skuid != {PROXY_USER} return
    meta skuid {PROXY_USER} return
    meta skgid {PROXY_USER} return
    ip daddr 127.0.0.1 return
    ip6 daddr ::1 return
    meta l4proto tcp redirect to :{OUTBOUND_PORT}
  }}
}}
"""


def redirect(label):
    """Redirects the traffic of the pod whose network has this name."""
    # From there Envoy hands on what it takes by IPv6; 127.0.0.6 is on loopback anyway.
    command("ip", "-n", label, "addr", "add", "::6/128", "dev", "lo", "nodad")
    run = subprocess.run(["ip", "netns", "exec", label, "nft", "-f", "-"], input=RULES, capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"nft ended with {run.returncode} in {label}: {run.stderr}")

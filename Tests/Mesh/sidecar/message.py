"""Pieces of Envoy's configuration that several others are made of, in the JSON form of its messages."""

ANY = "@type"
TYPE = "type.googleapis.com/"
# Istio keeps a name and what is counted under it apart by this: names have dots.
DELIMITER = ";"
NEVER = "0s"


def extension(name, kind, **config):
    return {"name": name, "typed_config": {ANY: TYPE + kind} | config}


def address(ip, port):
    return {"socket_address": {"address": ip, "port_value": port}}


def wildcard(pod):
    """What a proxy of the pod binds if it has no address to bind. Names of listeners have it too."""
    return "::" if pod.is_ipv6 else "0.0.0.0"


def statistics(name):
    return name + DELIMITER

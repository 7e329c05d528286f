# shellcheck shell=bash
# Namespaces for network, mounts and processes, in which pods run. What runs in them ends with them, and nothing of it
# is left. Source it after hack/lib.sh.

isolated() {
  as_root env PATH="$PATH" RAYMESH="${RAYMESH:-}" RAY="${RAY:-}" RAY_MATRIX="${RAY_MATRIX:-}" \
    PYTHONPATH="${PYTHONPATH:-}" KUBE_APISERVER="${KUBE_APISERVER:-}" ETCD="${ETCD:-}" \
    unshare --mount --net --pid --ipc --fork --kill-child=SIGKILL --mount-proc "$@"
}

# Nodes of one machine can be told apart by their networks alone.
check_isolation() {
  ((EUID == 0)) || command -v sudo >/dev/null ||
    fail "needs root: each node of a Ray cluster gets a network namespace of its own. Neither root nor sudo is here"
  isolated true ||
    fail "cannot make namespaces for networks, mounts and processes, which each node of a Ray cluster needs." \
      "Run it as root; in a container, one with the capability SYS_ADMIN"
}

# What is done first inside, once alone, with a folder for all that is temporary.
settle_inside() {
  mkdir -p /run/netns /tmp/ray
  mount -t tmpfs tmpfs /run/netns
  mount -t tmpfs tmpfs "$1"
  export TMPDIR=$1
}

#!/usr/bin/env bash
# kind-demo.sh [--dry-run] [--keep]: follows docs/guide.md from no cluster to Ray under strict mutual TLS.
# It creates a kind cluster of its own, and deletes it at the end unless --keep is given. --dry-run prints each step and
# runs none.
#
# It needs docker, kind, kubectl, istioctl and helm, and ISTIO: the folder of an unpacked release of Istio, for its
# samples/addons. CLUSTER names the kind cluster; without KUBERAY_VERSION it is the newest KubeRay.
set -euo pipefail
script=kind-demo
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
source "$here/lib.sh"
cd "$here/.."

CLUSTER=${CLUSTER:-raymesh-demo}
KUBERAY_VERSION=${KUBERAY_VERSION:-}
IMAGE=raymesh:0.1.0
CHARTS=https://ray-project.github.io/kuberay-helm/
dry=''
keep=''

# run COMMAND…: says what it runs, and runs it if that is wanted.
run() {
  printf '+'
  printf ' %q' "$@"
  echo
  [[ -n $dry ]] || "$@"
}

k() { run kubectl --context "kind-$CLUSTER" "$@"; }

step() { printf '\n── %s\n' "$*"; }

# All that is missing, at once: each takes a while to get.
check_prerequisites() {
  local missing=() each
  for each in docker kind kubectl istioctl helm; do
    command -v "$each" >/dev/null || missing+=("$each")
  done
  [[ -d ${ISTIO:-}/samples/addons ]] || missing+=("ISTIO, the folder of an Istio release with samples/addons")
  if ((${#missing[@]} > 0)); then
    printf -v each '%s; ' "${missing[@]}"
    if [[ -z $dry ]]; then fail "missing: ${each%; }"; fi
    note "missing, so only a dry run is possible: ${each%; }"
    return
  fi
  docker info >/dev/null 2>&1 || [[ -n $dry ]] || fail "docker does not answer: is it running, and may you use it?"
}

# Native sidecars are there from Kubernetes 1.29 on, and the policies of the overlay from 1.30 on.
check_version() {
  local minor
  [[ -z $dry ]] || return 0
  minor=$(kubectl --context "kind-$CLUSTER" version -o json | sed -n 's/.*"minor": "\([0-9]*\).*/\1/p' | tail -n 1)
  ((minor >= 30)) || fail "found Kubernetes 1.$minor, expected 1.30 or later: use a newer kind"
}

make_cluster() {
  step "A cluster"
  run kind create cluster --name "$CLUSTER" --wait 5m
  check_version
}

install_istio() {
  step "Istio, Prometheus, Jaeger and Kiali"
  run istioctl --context "kind-$CLUSTER" install --filename manifests/demo/istio.yaml --skip-confirmation
  k apply -f "${ISTIO:-ISTIO}/samples/addons"
  k -n istio-system rollout status deployment/prometheus --timeout 5m
}

install_kuberay() {
  step "KubeRay"
  local version=()
  [[ -z $KUBERAY_VERSION ]] || version=(--version "$KUBERAY_VERSION")
  # In the mesh, as it calls dashboards.
  k create namespace kuberay
  k label namespace kuberay istio-injection=enabled
  run helm --kube-context "kind-$CLUSTER" install kuberay-operator kuberay-operator --repo "$CHARTS" \
    --namespace kuberay --wait --timeout 10m "${version[@]}"
}

install_raymesh() {
  step "Raymesh"
  run docker build --file manifests/image/Dockerfile --tag "$IMAGE" .
  run kind load docker-image --name "$CLUSTER" "$IMAGE"
  k apply -k manifests/overlays/kind
  k -n raymesh-system rollout status deployment/raymesh --timeout 5m
}

# The wait is long, as an image of Ray has two gigabytes.
make_raycluster() {
  step "A plain RayCluster in a namespace of the mesh"
  k label namespace default istio-injection=enabled
  k apply -f manifests/samples/raycluster.yaml
  k wait raycluster/demo --for=jsonpath='{.status.state}'=ready --timeout 30m
}

look() {
  step "What Raymesh has made of it"
  k describe raycluster demo
  k get service demo-headless-svc
  if [[ -n $dry ]]; then
    echo "+ kubectl --context kind-$CLUSTER get raycluster demo -o yaml | docker run --rm -i $IMAGE explain"
  else
    kubectl --context "kind-$CLUSTER" get raycluster demo -o yaml | docker run --rm -i "$IMAGE" explain
  fi
}

send_traffic() {
  step "Tasks, actors and objects between the pods${1:+, $1}"
  local pod=demo-head-…
  [[ -n $dry ]] || pod=$(kubectl --context "kind-$CLUSTER" get pods -o name \
    --selector ray.io/cluster=demo,ray.io/node-type=head)
  k exec -i "$pod" -c ray-head -- python - 3 <manifests/demo/traffic.py
}

be_strict() {
  step "Strict mutual TLS"
  k apply -f manifests/samples/peer-authentication.yaml
  # A pod that starts now has to find the head through its proxy.
  k delete pod --selector ray.io/cluster=demo,ray.io/node-type=worker
  send_traffic "under STRICT"
}

# Requests as the servers' sidecars count them, by what secured them.
count_requests() {
  step "How requests between the pods were secured"
  local query='sum by (connection_security_policy, request_protocol) '
  query+='(istio_requests_total{reporter="destination", destination_service_namespace="default"})'
  local ask=(k -n istio-system exec deployment/prometheus -c prometheus-server -- promtool query instant
    http://localhost:9090 "$query")
  if [[ -n $dry ]]; then "${ask[@]}" && return; fi
  # Prometheus has them once it has scraped the pods again.
  retry 10 has_mutual_tls "${ask[@]}" || fail "Prometheus has counted no request under mutual TLS"
}

has_mutual_tls() { "$@" | tee /dev/stderr | grep -q 'connection_security_policy="mutual_tls"'; }

clean_up() {
  if [[ -n $keep ]]; then
    note "the cluster stays: istioctl --context kind-$CLUSTER dashboard kiali; kind delete cluster --name $CLUSTER"
  else
    step "Clean up"
    run kind delete cluster --name "$CLUSTER"
  fi
}

main() {
  for each in "$@"; do
    case $each in
      --dry-run) dry=yes ;;
      --keep) keep=yes ;;
      *) fail "found $each, expected --dry-run or --keep" ;;
    esac
  done
  check_prerequisites
  trap clean_up EXIT
  make_cluster
  install_istio
  install_kuberay
  install_raymesh
  make_raycluster
  look
  send_traffic
  be_strict
  count_requests
}

main "$@"

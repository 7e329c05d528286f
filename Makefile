# What one does with a checkout. `make` lists it.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The addresses on which `make run` and `make serve` listen, and the RayCluster that `make run` asks about.
LISTEN ?= localhost:9443
ADMIN_LISTEN ?= localhost:9090
CLUSTER ?= manifests/samples/raycluster.yaml

RAYMESH := .build/release/raymesh
CERTIFICATES := certs
# The Swift runtime is linked into the binary, so that tests here run the same binary that the container image holds.
RELEASE := --configuration release --static-swift-stdlib --product raymesh

# The first one runs every case and takes longest. The matrix has the versions between which something changed.
RAYS ?= newest 2.10.0 2.46.0
MATRIX_RAYS ?= newest 2.48.0 2.47.1 2.46.0 2.44.0 2.10.0
# Cases of Tests/Mesh/cases.py, and the Rays that they need.
CASES ?= quick
MESH_RAYS ?= newest

export RAYS
export LISTEN ADMIN_LISTEN CERTIFICATES
export PYTHONDONTWRITEBYTECODE := 1
# What the checks need from Python is installed there, and found there first.
export PATH := $(CURDIR)/.build-python/bin:$(PATH)

.PHONY: help run serve build man completions certificates test lint manifests image check test-ray ray-matrix
.PHONY: linear hostile fixtures
.PHONY: test-server test-mesh mesh-matrix mesh-cost test-cluster scale soak sanitize fuzz allocations bench format
.PHONY: clean packages tools

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: certificates ## Build, serve on loopback, ask about a RayCluster over TLS, print the answer, stop
	@RAYMESH=$(RAYMESH) hack/run $(CLUSTER)

serve: certificates ## Build, and serve on loopback until Ctrl-C
	@echo "Ask it from another terminal:"
	@echo "  $(RAYMESH) ask $(CLUSTER) --server $(LISTEN) --authority $(CERTIFICATES)/ca.crt"
	@exec $(RAYMESH) serve --listen $(LISTEN) --admin-listen $(ADMIN_LISTEN) --log-format text \
	  --tls-certificate $(CERTIFICATES)/tls.crt --tls-key $(CERTIFICATES)/tls.key

build: packages ## Build the release binary, .build/release/raymesh
	@RAYMESH_REVISION=$$(hack/revision) swift build $(RELEASE)

man: build ## Write the manual page, .build/man/raymesh.1
	@hack/man-page $(RAYMESH) .build/man

completions: build ## Write completions for bash, zsh and fish under .build/completions
	@hack/completions $(RAYMESH) .build/completions

certificates: build ## Make certificates for loopback under certs/
	@$(RAYMESH) certificates --host localhost 127.0.0.1 ::1 --directory $(CERTIFICATES)

check: lint test ## All that must pass before a change lands: lint and test

lint: packages tools ## Check format, scripts, container image and the rules of CONTRIBUTING.md
	@hack/phase "lint: Swift format" swift format lint --strict --recursive Sources Tests Package.swift
	@hack/phase "lint: shell scripts" shellcheck --external-sources --source-path=SCRIPTDIR $$(hack/shell-scripts)
	@hack/phase "lint: container image" hadolint manifests/image/Dockerfile
	@hack/phase "lint: sizes and words" hack/lint.py
	@hack/phase "lint: English" hack/prose.py

test: packages tools ## Run every test that needs no other system
	@hack/install-packages tests
	@hack/prometheus >/dev/null
	@hack/phase "test: build" swift build --build-tests
	@hack/phase "test: benchmark arithmetic" python3 -m unittest discover -s Tests/Benchmarks -p '*_test.py'
	@hack/phase "test: sidecars and witnesses" python3 -m unittest discover -s Tests/Mesh -p '*_test.py'
	@RAYMESH=$(CURDIR)/.build/debug/raymesh \
	  hack/phase "test: scripts, manifests, documents" python3 hack/python-test --quiet Tests/Project
	@hack/phase "test: Swift" hack/swift-test --skip-build

manifests: packages tools ## Render the manifests and validate them; `make test` does it too
	@hack/prometheus >/dev/null
	@swift build --product raymesh
	@RAYMESH=$(CURDIR)/.build/debug/raymesh python3 -m unittest discover -v -s Tests/Project -p 'manifests*_test.py'

fixtures: packages tools ## Regenerate all golden files after a change of plans, for review as a diff
	@swift build --product raymesh
	@RAYMESH=$(CURDIR)/.build/debug/raymesh hack/fixtures

image: build tools ## Make the container image under .build-image, and run it; needs root for namespaces
	@hack/install-packages image image-tests tests
	@hack/phase "image" python3 hack/image archive $(RAYMESH) .build-image
	@RAYMESH=$(CURDIR)/$(RAYMESH) hack/phase "image: tests" Tests/Image/run .build-image/raymesh-*.oci.tar

test-ray: packages tools ## Start real Rays, of the versions in RAYS, with patched parameters; needs root for namespaces
	@Tests/Ray/run --check
	@hack/phase "test-ray: installation" hack/ray-environments $(RAYS)
	@hack/phase "test-ray: build" swift build --product raymesh
	@RAYMESH=$(CURDIR)/.build/debug/raymesh hack/phase "test-ray: Rays" Tests/Ray/run

ray-matrix: ## The same for every case, dashboards and more Rays (MATRIX_RAYS): half an hour
	@RAY_MATRIX=1 $(MAKE) --no-print-directory test-ray RAYS="$(MATRIX_RAYS)"

test-mesh: packages tools ## Real Rays behind real Envoys, the cases in CASES: every connection encrypted, every call seen; as root
	@Tests/Mesh/run --check
	@hack/phase "test-mesh: installation" hack/ray-environments $(MESH_RAYS)
	@hack/install-packages mesh
	@hack/envoy-environment
	@hack/phase "test-mesh: build" swift build --product raymesh
	@hack/phase "test-mesh: sidecars by themselves" Tests/Mesh/sidecars
	@RAYMESH=$(CURDIR)/.build/debug/raymesh hack/phase "test-mesh: cases" Tests/Mesh/run $(CASES)

mesh-matrix: ## The same for every case, on three Rays, and what docs/ shows of it: half an hour
	@$(MAKE) --no-print-directory test-mesh CASES=all MESH_RAYS="newest newest-serve 2.46.0 2.10.0"
	@PYTHONPATH=Tests/Pods Tests/Mesh/document.py
	@Tests/Mesh/picture.py

mesh-cost: tools ## Measure what a declared port costs a sidecar: half an hour if others build too
	@hack/envoy-environment
	@hack/phase "mesh-cost" Tests/Mesh/cost.py .build-envoy/lib/python3*/site-packages/envoy/_bin/envoy

test-server: build tools ## Load, rotations, replacements and hostile peers, against the release binary
	@hack/install-packages load
	@RAYMESH=$(CURDIR)/$(RAYMESH) hack/phase "test-server" Tests/Server/run

test-cluster: build packages tools ## Admission and controller on a real kube-apiserver and etcd, which are made if there are none
	@hack/install-packages tests
	@hack/phase "test-cluster: API server" hack/kube-apiserver
	@RAYMESH=$(CURDIR)/$(RAYMESH) hack/phase "test-cluster" Tests/Cluster/run

scale: build packages tools ## Two thousand RayClusters on a real API server: how long, how much memory, how many requests
	@hack/install-packages tests
	@hack/phase "scale: API server" hack/kube-apiserver
	@RAYMESH=$(CURDIR)/$(RAYMESH) hack/phase "scale" Tests/Cluster/run scale.py

soak: build ## A million reviews: memory and descriptors must stay flat
	@hack/install-packages load
	@RAYMESH=$(CURDIR)/$(RAYMESH) SOAK_REQUESTS=1000000 hack/phase "soak" Tests/Server/run soak_test.py

sanitize: packages ## Run the tests of memory and of threads under the address, leak and thread sanitizers
	@Tests/Sanitize/run

fuzz: packages ## Feed bytes to the reviewer, the renderer and what reads HTTP, FUZZ_SECONDS (60) in all
	@Tests/Fuzz/run

allocations: packages ## Count the memory allocations of a review, and fail if they have grown
	@Tests/Allocations/run

linear: packages ## Count the instructions of reviews as each part of them grows: none may grow faster than its size
	@hack/install-packages linear
	@hack/phase "linear" Tests/Linear/run

hostile: build packages tools ## Attack the release binary in 256 MiB: by reviews, peers and stored objects
	@hack/install-packages tests
	@hack/phase "hostile: API server" hack/kube-apiserver
	@RAYMESH=$(CURDIR)/$(RAYMESH) hack/phase "hostile" Tests/Hostile/run

bench: build ## Measure the release binary beside nginx and a Go webhook
	@Tests/Benchmarks/run

format: ## Format the Swift sources
	@swift format format --in-place --recursive Sources Tests Package.swift

clean: ## Remove what was built; certificates stay
	@rm -rf .build .build-allocations .build-sanitize .build-thread .build-fuzz .build-linear .build-image .build-python .build-envoy \
	  .build-mesh .build-ray-*

packages:
	@hack/install-packages build

tools:
	@hack/python-tools

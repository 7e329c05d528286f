// A webhook written by hand with Go's standard library. It decodes the review, adds the ray start parameters that a
// RayCluster lacks, and answers with a JSON Patch. The benchmark compares raymesh with it.
package main

import (
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"
)

type review struct {
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Request    *request  `json:"request,omitempty"`
	Response   *response `json:"response,omitempty"`
}

type request struct {
	UID    string     `json:"uid"`
	Object rayCluster `json:"object"`
}

// encoding/json writes a []byte as base64, which is how a review carries its patch.
type response struct {
	UID       string `json:"uid"`
	Allowed   bool   `json:"allowed"`
	Patch     []byte `json:"patch,omitempty"`
	PatchType string `json:"patchType,omitempty"`
}

type rayCluster struct {
	Spec struct {
		HeadGroupSpec    group   `json:"headGroupSpec"`
		WorkerGroupSpecs []group `json:"workerGroupSpecs"`
	} `json:"spec"`
}

type group struct {
	RayStartParams map[string]string `json:"rayStartParams"`
}

type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

var parameters = []struct{ name, port string }{
	{"node-manager-port", "6380"},
	{"object-manager-port", "6381"},
	{"runtime-env-agent-port", "6382"},
	{"dashboard-agent-grpc-port", "6383"},
	{"dashboard-agent-listen-port", "52365"},
	{"metrics-export-port", "8080"},
	{"min-worker-port", "10002"},
	{"max-worker-port", "10053"},
}

// additions are the operations that give one group the parameters that it lacks.
func additions(group group, path string) []operation {
	var operations []operation
	path += "/rayStartParams"
	if group.RayStartParams == nil {
		operations = append(operations, operation{"add", path, struct{}{}})
	}
	for _, parameter := range parameters {
		if _, stated := group.RayStartParams[parameter.name]; !stated {
			operations = append(operations, operation{"add", path + "/" + parameter.name, parameter.port})
		}
	}
	return operations
}

func answer(request *request) (*response, error) {
	spec := request.Object.Spec
	operations := additions(spec.HeadGroupSpec, "/spec/headGroupSpec")
	for index, group := range spec.WorkerGroupSpecs {
		operations = append(operations, additions(group, fmt.Sprintf("/spec/workerGroupSpecs/%d", index))...)
	}
	if len(operations) == 0 {
		return &response{UID: request.UID, Allowed: true}, nil
	}
	patch, err := json.Marshal(operations)
	return &response{UID: request.UID, Allowed: true, Patch: patch, PatchType: "JSONPatch"}, err
}

func mutate(writer http.ResponseWriter, httpRequest *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(writer, httpRequest.Body, 8<<20))
	if err != nil {
		http.Error(writer, err.Error(), http.StatusBadRequest)
		return
	}
	var asked review
	if err := json.Unmarshal(body, &asked); err != nil || asked.Request == nil {
		http.Error(writer, "not an AdmissionReview", http.StatusBadRequest)
		return
	}
	response, err := answer(asked.Request)
	if err != nil {
		http.Error(writer, err.Error(), http.StatusInternalServerError)
		return
	}
	reply, err := json.Marshal(review{APIVersion: asked.APIVersion, Kind: asked.Kind, Response: response})
	if err != nil {
		http.Error(writer, err.Error(), http.StatusInternalServerError)
		return
	}
	writer.Header().Set("Content-Type", "application/json")
	writer.Write(reply)
}

func main() {
	listen := flag.String("listen", "127.0.0.1:8443", "address and port")
	certificate := flag.String("tls-certificate", "tls.crt", "certificate, PEM")
	key := flag.String("tls-key", "tls.key", "private key, PEM")
	flag.Parse()
	mux := http.NewServeMux()
	mux.HandleFunc("/mutate", mutate)
	server := &http.Server{
		Addr:              *listen,
		Handler:           mux,
		ReadHeaderTimeout: 10 * time.Second,
		TLSConfig:         &tls.Config{MinVersion: tls.VersionTLS12},
	}
	log.Fatal(server.ListenAndServeTLS(*certificate, *key))
}

// Load asks admission webhooks as an API server does, and counts what would have failed a user's write.
//
// Like kube-apiserver, it keeps connections and does not retry a POST that was cut off. It retries a request that was
// answered with 429 or 5xx and a Retry-After in whole seconds, within the request's timeout (client-go,
// rest/with_retry.go, Kubernetes 1.36). Like a Service, it sends new connections only to replicas that are ready.
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	timeout    = 10 * time.Second
	mostTries  = 10
	serverName = "localhost"
)

// replica is one server: where it serves, and where it tells whether it is ready.
type replica struct {
	address, readiness string
	ready              atomic.Bool
}

// result is what the whole run came to.
type result struct {
	Answered int64            `json:"answered"`
	Retried  int64            `json:"retried"`
	Dials    int64            `json:"dials"`
	Failures map[string]int64 `json:"failures"`
}

type load struct {
	replicas []*replica
	review   []byte
	pause    time.Duration
	client   *http.Client
	next     atomic.Int64
	started  atomic.Int64
	answered atomic.Int64
	retried  atomic.Int64
	dials    atomic.Int64
	isOver   atomic.Bool
	mutex    sync.Mutex
	failures map[string]int64
}

// dial picks the next replica that is ready, as kube-proxy does. A replica may be replaced just as the look at its
// successor's readiness is late; then none is, for a moment.
func (l *load) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	l.dials.Add(1)
	for ; ctx.Err() == nil; time.Sleep(10 * time.Millisecond) {
		for range l.replicas {
			each := l.replicas[int(l.next.Add(1))%len(l.replicas)]
			if each.ready.Load() {
				return (&net.Dialer{}).DialContext(ctx, network, each.address)
			}
		}
	}
	return nil, errors.New("no replica is ready")
}

// watch follows a replica's readiness, faster than kubelet would, but late all the same.
func (l *load) watch(each *replica) {
	probe := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for ; ; time.Sleep(100 * time.Millisecond) {
		response, err := probe.Get(each.readiness)
		if err != nil {
			each.ready.Store(false)
			continue
		}
		response.Body.Close()
		each.ready.Store(response.StatusCode == http.StatusOK)
	}
}

// ask sends one review until it is answered or its time is over.
func (l *load) ask() error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	for try := 0; ; try++ {
		response, err := l.post(ctx)
		if err != nil {
			return err
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			return err
		}
		if response.StatusCode == http.StatusOK {
			if !bytes.Contains(body, []byte(`"allowed":true`)) {
				return errors.New("not allowed")
			}
			return nil
		}
		after, err := strconv.Atoi(response.Header.Get("Retry-After"))
		isLater := response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= 500
		if err != nil || !isLater || try >= mostTries {
			return fmt.Errorf("status %d", response.StatusCode)
		}
		l.retried.Add(1)
		time.Sleep(time.Duration(after) * time.Second)
	}
}

func (l *load) post(ctx context.Context) (*http.Response, error) {
	url := "https://" + serverName + "/mutate?timeout=10s"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, io.NopCloser(bytes.NewReader(l.review)))
	if err != nil {
		return nil, err
	}
	// Without a body that can be read again, as client-go has it: net/http does not try again by itself.
	request.ContentLength = int64(len(l.review))
	request.Header.Set("Content-Type", "application/json")
	return l.client.Do(request)
}

func (l *load) work(count int64) {
	for l.started.Add(1) <= count || !l.isOver.Load() {
		if err := l.ask(); err != nil {
			l.mutex.Lock()
			l.failures[err.Error()]++
			l.mutex.Unlock()
		} else {
			l.answered.Add(1)
		}
		if l.pause > 0 {
			time.Sleep(time.Duration(rand.Int63n(int64(l.pause))))
		}
	}
}

func (l *load) run(count int64, connections int) result {
	for _, each := range l.replicas {
		go l.watch(each)
	}
	for ready := false; !ready; time.Sleep(10 * time.Millisecond) {
		ready = true
		for _, each := range l.replicas {
			ready = ready && each.ready.Load()
		}
	}
	fmt.Fprintln(os.Stderr, "load: begun")
	// It goes on until its input ends, whatever it has sent by then.
	go func() {
		io.Copy(io.Discard, os.Stdin)
		l.isOver.Store(true)
	}()
	var workers sync.WaitGroup
	for i := 0; i < connections; i++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			l.work(count)
		}()
	}
	workers.Wait()
	return result{l.answered.Load(), l.retried.Load(), l.dials.Load(), l.failures}
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
	return value
}

func main() {
	count := flag.Int64("requests", 50000, "how many reviews to send at least")
	connections := flag.Int("connections", 8, "how many at once")
	pause := flag.Duration("pause", 0, "up to how long each waits between two")
	review := flag.String("review", "", "file with the AdmissionReview")
	authorities := flag.String("authorities", "", "file with the certificates to trust")
	flag.Parse()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(must(os.ReadFile(*authorities))) {
		must(0, errors.New("no certificates in "+*authorities))
	}
	l := &load{review: must(os.ReadFile(*review)), pause: *pause, failures: map[string]int64{}}
	for _, argument := range flag.Args() {
		parts := strings.SplitN(argument, "=", 2)
		if len(parts) != 2 {
			must(0, errors.New("expected ADDRESS=READINESS-URL, found "+argument))
		}
		l.replicas = append(l.replicas, &replica{address: parts[0], readiness: parts[1]})
	}
	l.client = &http.Client{Transport: &http.Transport{
		DialContext:         l.dial,
		TLSClientConfig:     &tls.Config{RootCAs: pool, ServerName: serverName, NextProtos: []string{"http/1.1"}},
		MaxIdleConnsPerHost: *connections,
		IdleConnTimeout:     90 * time.Second,
	}}
	must(0, json.NewEncoder(os.Stdout).Encode(l.run(*count, *connections)))
}

# shellcheck shell=bash disable=SC2034
# What a run does: from flags, else the environment, else the defaults here.

usage() {
  cat <<'END'
usage: run [--servers raymesh,nginx,go] [--threads N] [--rounds N] [--requests N] [--connections N]
           [--warm-up N] [--http 1|2] [--streams N] [--size BYTES] [--rps N] [--cold] [--unplanned]
           [--json FILE] [--check]

  --servers      which to measure, comma-separated      (BENCH_SERVERS, raymesh,nginx,go)
  --threads      threads or workers of each server      (BENCH_THREADS, 1)
  --rounds       rounds; each measures every server     (BENCH_ROUNDS, 6)
  --requests     requests per server and round          (BENCH_REQUESTS, 40000)
  --connections  keep-alive connections of the client   (BENCH_CONNECTIONS, 8)
  --warm-up      requests per server before round 1     (BENCH_WARM_UP, 4000)
  --http         the version: 1 or 2                     (BENCH_HTTP, 1)
  --streams      requests at once on a connection, HTTP/2 (BENCH_STREAMS, 1)
  --size         grow the review to about so many bytes (BENCH_SIZE, as it is)
  --rps          requests a second of the client at most (BENCH_RPS, as many as are answered)
  --cold         a connection of its own for each request: --requests of them, --connections each 0.1 s
  --unplanned    a review of another resource, which is read and let pass: what the server alone costs; not for go
  --json         also write the figures and every round to this file
  --check        fail where raymesh misses an aim

RAYMESH names the binary; otherwise it is .build/release/raymesh.
END
}

number() {
  [[ $2 =~ ^[1-9][0-9]*$ ]] || fail "$1: found $2, expected a number above 0"
}

read_settings() {
  servers=${BENCH_SERVERS:-raymesh,nginx,go} threads=${BENCH_THREADS:-1} rounds=${BENCH_ROUNDS:-6}
  requests=${BENCH_REQUESTS:-40000} connections=${BENCH_CONNECTIONS:-8} warm_up=${BENCH_WARM_UP:-4000}
  http=${BENCH_HTTP:-1} streams=${BENCH_STREAMS:-1} size=${BENCH_SIZE:-1} rps=${BENCH_RPS:-}
  json='' check='' cold='' unplanned=''
  while (($# > 0)); do
    case $1 in
      --help) usage && exit 0 ;;
      --check) check=--check && shift && continue ;;
      --cold) cold=--cold && shift && continue ;;
      --unplanned) unplanned=--unplanned && shift && continue ;;
      --servers | --threads | --rounds | --requests | --connections | --warm-up | \
        --http | --streams | --size | --rps | --json) ;;
      *) usage >&2 && fail "unknown argument $1" ;;
    esac
    (($# > 1)) || fail "$1 needs a value"
    local name=${1#--}
    printf -v "${name//-/_}" %s "$2"
    shift 2
  done
  check_settings
}

check_settings() {
  local name
  for name in threads rounds requests connections streams size; do number "--${name}" "${!name}"; done
  number --warm-up "$warm_up"
  [[ -z $rps ]] || number --rps "$rps"
  [[ -z $rps || -z $cold ]] || fail "--rps: --cold sets a pace of its own"
  [[ $http =~ ^[12]$ ]] || fail "--http: found $http, expected 1 or 2"
  ((requests >= connections && warm_up >= connections)) || fail "fewer requests than connections"
  IFS=, read -ra servers <<<"$servers"
  for name in "${servers[@]}"; do
    [[ $name =~ ^(raymesh|nginx|go)$ ]] || fail "--servers: found $name, expected raymesh, nginx or go"
  done
  ((${#servers[@]} > 0)) || fail "--servers names none"
  [[ -z $unplanned ]] || ! uses go || fail "--unplanned: go patches whatever it is asked; take --servers raymesh,nginx"
}

# Pins servers and client to CPUs of their own if there are enough; sets server_cpus and client_cpus.
choose_cpus() {
  local cpus
  mapfile -t cpus < <(python3 -c 'import os; print(*sorted(os.sched_getaffinity(0)), sep="\n")')
  server_cpus='' client_cpus=''
  if ((${#cpus[@]} <= threads)); then
    note "${#cpus[@]} CPUs for $threads threads and the client: nothing is pinned, the figures are rougher"
    return
  fi
  server_cpus=$(IFS=, && printf %s "${cpus[*]:0:threads}")
  client_cpus=${cpus[-1]}
}

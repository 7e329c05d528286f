# shellcheck shell=bash disable=SC2154
# Starts each server on a free port, with the same certificate, on the same CPUs.

declare -A pid url

free_ports() {
  python3 - "$1" <<'END'
import socket, sys
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(each.getsockname()[1] for each in sockets), sep="\n")
END
}

make_certificate() {
  if uses raymesh; then
    "$raymesh" certificates --host localhost --directory "$directory/certificates" \
      >"$directory/certificates.log" 2>&1 ||
      fail "raymesh certificates: $(<"$directory/certificates.log")"
    return
  fi
  mkdir "$directory/certificates"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$directory/certificates/tls.key" -out "$directory/certificates/tls.crt" 2>"$directory/certificates.log"
  cp "$directory/certificates/tls.crt" "$directory/certificates/ca.crt"
}

# start NAME PORT COMMAND…
start() {
  local name=$1 port=$2 pin=()
  shift 2
  [[ -z $server_cpus ]] || pin=(taskset -c "$server_cpus")
  "${pin[@]}" "$@" >"$directory/$name.log" 2>&1 &
  pid[$name]=$!
  url[$name]="https://127.0.0.1:$port/mutate?timeout=5s"
}

# fail_with_log NAME MESSAGE
fail_with_log() {
  tail -n 20 "$directory/$1.log" >&2
  fail "$1 $2"
}

# await NAME [--patched]: waits until the server answers the review, and keeps its reply.
await() {
  local name=$1
  shift
  python3 "$here/ask.py" "$@" --url "${url[$name]/127.0.0.1/localhost}" --pid "${pid[$name]}" \
    --authority "$directory/certificates/ca.crt" --review "$review" --reply "$directory/$name.reply" ||
    fail_with_log "$name" "does not answer"
}

start_raymesh() {
  local port admin patched=--patched
  [[ -z $unplanned ]] || patched=''
  { read -r port && read -r admin; } < <(free_ports 2)
  start raymesh "$port" "$raymesh" serve --listen "127.0.0.1:$port" --admin-listen "127.0.0.1:$admin" \
    --tls-certificate "$directory/certificates/tls.crt" --tls-key "$directory/certificates/tls.key" \
    --threads "$threads" --log-level warning --drain-delay 0s
  await raymesh ${patched:+"$patched"}
}

start_go() {
  local port
  port=$(free_ports 1)
  (cd "$here/peers" && GOCACHE="$directory/go-cache" GOFLAGS=-buildvcs=false go build -o "$directory/webhook" .)
  GOMAXPROCS=$threads start go "$port" "$directory/webhook" --listen "127.0.0.1:$port" \
    --tls-certificate "$directory/certificates/tls.crt" --tls-key "$directory/certificates/tls.key"
  await go --patched
}

start_nginx() {
  local port
  port=$(free_ports 1)
  mkdir "$directory/nginx"
  nginx_configuration "$port" >"$directory/nginx/nginx.conf"
  start nginx "$port" nginx -p "$directory/nginx" -c nginx.conf -e stderr
  await nginx
}

# shellcheck shell=bash disable=SC2154
# Installs what the benchmark lacks, on Debian and its kin.

as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

uses() {
  [[ " ${servers[*]} " == *" $1 "* ]]
}

# The packages whose command is missing.
missing_packages() {
  command -v python3 >/dev/null || echo python3
  command -v h2load >/dev/null || echo nghttp2-client
  if uses nginx && ! command -v nginx >/dev/null; then echo nginx-light; fi
  if uses go && ! command -v go >/dev/null; then echo golang-go; fi
  if ! uses raymesh && ! command -v openssl >/dev/null; then echo openssl; fi
}

install_packages() {
  local packages attempt
  mapfile -t packages < <(missing_packages)
  ((${#packages[@]} > 0)) || return 0
  note "installing ${packages[*]}"
  for attempt in 1 2 3 4 5; do
    if install_once "${packages[@]}" >"$directory/apt.log" 2>&1; then
      stop_packaged_nginx "${packages[@]}"
      return 0
    fi
    note "attempt $attempt of 5 failed"
    sleep "$attempt"
  done
  tail -n 20 "$directory/apt.log" >&2
  fail "cannot install ${packages[*]}"
}

install_once() {
  local patience=(-o Acquire::Retries=3 -o DPkg::Lock::Timeout=120)
  as_root apt-get "${patience[@]}" update -q &&
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get "${patience[@]}" install -q -y --no-install-recommends "$@"
}

# Where systemd runs, the package starts nginx; nobody asked for that one.
stop_packaged_nginx() {
  if [[ " $* " == *" nginx-light "* && -d /run/systemd/system ]]; then
    as_root systemctl disable --now nginx
  fi
}

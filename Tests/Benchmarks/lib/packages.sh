# shellcheck shell=bash disable=SC2154
# Installs what the benchmark lacks, on Debian and its kin.

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
  local packages
  mapfile -t packages < <(missing_packages)
  ((${#packages[@]} > 0)) || return 0
  "$here/../../hack/apt-install" "${packages[@]}"
  stop_packaged_nginx "${packages[@]}"
}

# If systemd runs, the package starts an nginx that the benchmark does not use.
stop_packaged_nginx() {
  if [[ " $* " == *" nginx-light "* && -d /run/systemd/system ]]; then
    as_root systemctl disable --now nginx
  fi
}

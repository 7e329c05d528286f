# shellcheck shell=bash
# What the scripts here share. Source it after setting `script`, which begins every line that a script says.

note() { echo "${script:?}: $*" >&2; }
fail() { note "$*" && exit 1; }

as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# retry TIMES COMMAND…: runs it until it succeeds, with a longer pause after each failure.
retry() {
  local times=$1 attempt
  shift
  for ((attempt = 1; attempt <= times; attempt++)); do
    if "$@"; then return 0; fi
    note "attempt $attempt of $times failed: $1"
    if ((attempt < times)); then sleep "$attempt"; fi
  done
  return 1
}

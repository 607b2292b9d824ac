# What deploy/run and deploy/test need of a machine, and how they get it. Sourced, not run.
# shellcheck shell=bash disable=SC2154 # $program is the name of the script that sources this file

RUST_NEEDED=1.95

say() { echo "$program: $*"; }

die() {
  echo "$program: $*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo -- "$@"
  fi
}

# Root is needed for apt, and for the native wall: namespaces, cgroups, and a user id of its own for each slot.
require_root() {
  [ "$(id -u)" != 0 ] || return 0
  command -v sudo >/dev/null || die "$1 needs root, and there is no sudo here: run this as root"
  say "$1 needs root; sudo runs that part, everything else runs as $(id -un)"
  sudo -v || die "sudo did not let us in"
}

require_rust() {
  local version
  # shellcheck disable=SC1091 # rustup wrote it
  command -v cargo >/dev/null || [ ! -r "$HOME/.cargo/env" ] || . "$HOME/.cargo/env"
  command -v cargo >/dev/null || die "cargo is missing: install Rust $RUST_NEEDED or newer from https://rustup.rs"
  version=$(rustc --version | cut -d' ' -f2)
  [ "$(printf '%s\n' "$RUST_NEEDED" "$version" | sort -V | head -n 1)" = "$RUST_NEEDED" ] ||
    die "Rust $version is too old: $RUST_NEEDED or newer is needed (rustup update)"
}

# has THING: a command on the PATH, or `package:NAME` that dpkg knows, or a file.
has() {
  case "$1" in
    package:*) [ "$(dpkg-query -W -f '${db:Status-Status}' "${1#package:}" 2>/dev/null)" = installed ] ;;
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# need THING=PACKAGE...: installs the packages of the things that are not there; elsewhere than on Debian it names them and stops.
need() {
  local pair missing=() packages=()
  for pair in "$@"; do
    has "${pair%=*}" || { missing+=("${pair%=*}") && packages+=("${pair##*=}"); }
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if ! [ -r /etc/debian_version ] || ! command -v apt-get >/dev/null; then
    die "this is not Debian or Ubuntu; please install what provides: ${missing[*]} (Debian's packages: ${packages[*]})"
  fi
  require_root "installing packages"
  say "installing with apt: ${packages[*]}"
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}"
}

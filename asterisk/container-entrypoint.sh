#!/bin/sh
# What a container of this folder's Dockerfile runs:   container-entrypoint.sh gateway|network
#
# Fills in the templates beside it from the environment, then becomes Asterisk. What has no default must be given:
#
#   gateway   ARI_PASSWORD or ARI_PASSWORD_FILE; SIP_ADDRESS, its own; CARRIER_A_ADDRESS, CARRIER_B_ADDRESS
#   network   CARRIER_A_ADDRESS and CARRIER_B_ADDRESS, both its own; GATEWAY_ADDRESS
#
# Templates of the operator's own, in /etc/ivrs-asterisk, replace those of the same name.
# POSIX sh and awk, since the image has nothing else.

set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)

main() {
  case ${1:-} in
    gateway | network) kind=$1 ;;
    *) give_up "There is no Asterisk «${1:-}»: say gateway or network." ;;
  esac
  set_values
  make_folders
  # Configuration has the password; recordings and what handsets heard are for others to read.
  (umask 077; write_configuration)
  # It is in ari.conf now, and need not be in the environment of whatever Asterisk starts.
  unset ARI_PASSWORD
  cd /
  # In the foreground, and never as a console that waits for a terminal.
  exec asterisk -C "$DIR/etc/asterisk.conf" -f -n
}

# What the templates name. Those without a default here or in the environment are reported together by fill_in.
set_values() {
  # Not NAME and DIR alone, as the templates call them: others may have set variables of such names for purposes of their own.
  NAME=${ASTERISK_NAME:-ivrs-$kind}
  DIR=${ASTERISK_DIR:-/srv/asterisk}
  HEARD_DIR=$DIR/heard
  SOUNDS_DIR=$here/$kind/sounds
  HTTP_PORT=${HTTP_PORT:-8088} AMI_PORT=${AMI_PORT:-5038} SIP_PORT=${SIP_PORT:-5060}
  # 2,000 ports: 500 calls with RTP and RTCP each, twice over.
  RTP_FIRST_PORT=${RTP_FIRST_PORT:-20000} RTP_LAST_PORT=${RTP_LAST_PORT:-21999}
  ARI_USER=${ARI_USER:-ivrs}
  [ -z "${ARI_PASSWORD_FILE:-}" ] || read_password
  export NAME DIR HEARD_DIR SOUNDS_DIR HTTP_PORT AMI_PORT SIP_PORT RTP_FIRST_PORT RTP_LAST_PORT ARI_USER ARI_PASSWORD
  "set_values_of_$kind"
}

set_values_of_gateway() {
  DATA_DIR=${DATA_DIR:-/data} CARRIER_PORT=${CARRIER_PORT:-5060} ARI_APP=${ARI_APP:-ivrs}
  QUALIFY_SECONDS=${QUALIFY_SECONDS:-60}
  export DATA_DIR CARRIER_PORT ARI_APP QUALIFY_SECONDS
}

set_values_of_network() {
  DATA_DIR=$DIR/data GATEWAY_PORT=${GATEWAY_PORT:-5060}
  # Nobody drives the handsets, so nobody has to know it.
  ARI_PASSWORD=${ARI_PASSWORD:-$(od -An -v -N 24 -t x1 /dev/urandom | tr -d ' \n')}
  export DATA_DIR GATEWAY_PORT
}

read_password() {
  [ -z "${ARI_PASSWORD:-}" ] || give_up 'ARI_PASSWORD is set, and ARI_PASSWORD_FILE as well: set one of them.'
  [ -r "$ARI_PASSWORD_FILE" ] || give_up "ARI_PASSWORD_FILE names $ARI_PASSWORD_FILE, which user $(id -u) cannot read."
  ARI_PASSWORD=$(cat "$ARI_PASSWORD_FILE")
}

make_folders() {
  for folder in "$DIR/etc" "$DIR/run" "$DIR/log" "$DIR/db/keys" "$DIR/cache" "$HEARD_DIR" "$DATA_DIR/recording" "$DATA_DIR/incoming-calls"; do
    mkdir -p "$folder" && [ -w "$folder" ] || give_up "$folder cannot be written by user $(id -u): let it, or mount another volume there."
  done
}

write_configuration() {
  # Left by a start with other templates.
  rm -f "$DIR"/etc/*
  # Asterisk complains of these where they are missing; empty, they mean the defaults.
  for name in acl ccss features pjproject udptl websocket_client; do : >"$DIR/etc/$name.conf"; done
  set --
  for template in "$here"/both/*.conf "$here/$kind"/*.conf "${OWN_TEMPLATES_DIR:-/etc/ivrs-asterisk}"/*.conf; do
    [ ! -f "$template" ] || set -- "$@" "$template"
  done
  fill_in "$@"
  fit_into_container
}

# As render-template.ts does it: a name without a value, or a value that could end a line or begin a comment, is refused.
fill_in() {
  awk '
    FNR == 1 {
      if (file) close(file)
      file = ENVIRON["DIR"] "/etc/" substr(FILENAME, match(FILENAME, /[^\/]*$/))
    }
    {
      line = ""
      rest = $0
      while (match(rest, /[{][{][A-Z_]+[}][}]/)) {
        name = substr(rest, RSTART + 2, RLENGTH - 4)
        value = ENVIRON[name]
        if (value == "") wrong[name] = "is unset"
        if (value ~ /[;\r\n]/) wrong[name] = "must have no semicolon and be of one line"
        line = line substr(rest, 1, RSTART - 1) value
        rest = substr(rest, RSTART + RLENGTH)
      }
      print line rest >file
    }
    END {
      for (name in wrong) {
        status = 78
        print "The configuration has a mistake: " name " " wrong[name] "." >"/dev/stderr"
      }
      exit status
    }
  ' "$@"
}

# The templates are for Asterisks that share a machine with their gateway, and keep their log in a file.
fit_into_container() {
  if [ "$kind" = gateway ]; then
    # ARI for the gateway in its own container: on HTTP_ADDRESS, which belongs on a network that nobody else is in.
    printf '\n[general](+)\nbindaddr = %s\n' "${HTTP_ADDRESS:-127.0.0.1}" >>"$DIR/etc/http.conf"
  fi
  printf '[general]\ndateformat = %%F %%T.%%3q\n\n[logfiles]\nconsole => notice,warning,error\n' >"$DIR/etc/logger.conf"
}

# EX_CONFIG of sysexits.h, as the gateway itself ends with.
give_up() {
  echo "$1" >&2
  exit 78
}

main "$@"

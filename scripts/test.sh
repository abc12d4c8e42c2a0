#!/bin/sh
# Runs the tests:   sh scripts/test.sh [static] [unit] [integration] [telephony]
#
#   static       format, lint, types, walls between the layers, dead code, generated files
#   unit         what is pure and fast: unit tests, scenarios of flows, seeded simulations
#   integration  a real PostgreSQL, simulated worlds on it, real HTTP over loopback, real speech programs
#   telephony    two real Asterisks: calls from request to webhook, crashes and lost connections
#
# Without arguments: all of them, after setting up what is missing. Every part runs, whatever failed before it; the last line counts.
#
# The last two mostly wait, for phones above all; the first two only compute. So these run behind those, and give way to them: a processor has time
# for them while everybody waits, and a phone call never waits for a processor.

set -u
cd "$(dirname "$0")/.."

results=$(mktemp -d)
behind= # the process that goes through the parts behind
trap 'end_behind; rm -rf "$results"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
checks='format lint types walls dead generated'

main() {
  if [ $# -eq 0 ]; then
    sh scripts/setup.sh npm sound asterisk || exit 1
    set -- static unit integration telephony
  fi
  PATH=$PWD/node_modules/.bin:$PATH
  computing=
  waiting=
  for part in "$@"; do
    case $part in
      static | unit) computing="$computing $part" ;;
      integration | telephony) waiting="$waiting $part" ;;
      *) echo "There is no part «$part»: say static, unit, integration or telephony." >&2 && exit 2 ;;
    esac
  done
  # what does not come to its end has failed
  for part in $computing $waiting; do echo '0 1' >"$results/$part.counts"; done
  if [ -n "$waiting" ]; then
    begin_behind 10 "$computing"
    run_parts "$waiting"
  else
    begin_behind 0 "${computing% *}"
    run_parts "${computing##* }"
  fi
  await_behind
  sum_up
}

run_parts() {
  for part in $1; do "$part"; done
}

static() {
  echo
  for check in $checks; do check "$check"; done
  rm "$results/static.counts"
}
unit() { tests 2 unit scenarios simulation; }
integration() { tests 4 integration; }
telephony() { tests 6 telephony; } # a phone call is mostly waiting

# Goes through the parts $2 while others run, with the niceness $1. What they say is shown when they are through.
begin_behind() {
  [ -n "$2" ] || return 0
  echo "Behind what follows:$2. What they come to is told at the end."
  (
    niceness=$1
    run=run_behind
    run_parts "$2"
  ) >"$results/behind" 2>&1 &
  behind=$!
}

# So that it can be ended when we are.
run_behind() {
  nice -n "$niceness" "$@" &
  echo $! >"$results/running"
  wait $!
}
run=

await_behind() {
  [ -n "$behind" ] || return 0
  wait "$behind"
  behind=
  cat "$results/behind"
}

end_behind() {
  [ -n "$behind" ] || return 0
  kill "$behind" 2>/dev/null
  kill "$(cat "$results/running")" 2>/dev/null
}

# One static check, which counts as one test.
check() {
  began=$(date +%s)
  if $run npm run --silent "check:$1" >"$results/$1.log" 2>&1; then
    echo '1 0' >"$results/$1.counts"
    echo "✓ $1 ($(($(date +%s) - began)) s)"
  else
    echo '0 1' >"$results/$1.counts"
    echo "✗ $1"
    cat "$results/$1.log"
  fi
}

# The named projects of vitest.config.ts, in one run, so many files at a time.
tests() {
  workers=$1
  shift
  name=$1
  report=$results/$name.json
  for project in "$@"; do set -- "$@" --project "$project" && shift; done
  echo
  $run vitest run "$@" --maxWorkers="$workers" --reporter=default --reporter=json --outputFile.json="$report"
  status=$?
  counts=$(node -e '
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    console.log(numPassedTests, Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0));
  ' "$report" 2>/dev/null) || counts='0 1' # it did not come to its end
  # An error outside of every test, such as a promise that nobody awaited.
  if [ "$status" -ne 0 ] && [ "${counts#* }" -eq 0 ]; then counts="${counts% *} 1"; fi
  echo "$counts" >"$results/$name.counts"
}

# Says how many passed and failed; true if none failed.
sum_up() {
  passed=0
  failed=0
  for file in "$results"/*.counts; do
    read -r more_passed more_failed <"$file"
    passed=$((passed + more_passed))
    failed=$((failed + more_failed))
  done
  echo
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}

main "$@"

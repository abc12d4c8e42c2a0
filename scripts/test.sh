#!/bin/sh
# Runs the tests:   sh scripts/test.sh [static] [unit] [integration] [telephony]
#
#   static       format, lint, types, walls between the layers, dead code, generated files
#   unit         what is pure and fast: unit tests, scenarios of flows, seeded simulations
#   integration  a real PostgreSQL, simulated worlds on it, real HTTP over loopback, real speech programs
#   telephony    two real Asterisks: calls from request to webhook, crashes and lost connections
#
# Without arguments: all of them, after setting up what is missing. Every part runs, whatever failed before it; the last line counts.

set -u
cd "$(dirname "$0")/.."

results=$(mktemp -d)
statics= # the process that makes the static checks
trap '[ -z "$statics" ] || kill "$statics" 2>/dev/null; rm -rf "$results"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
passed=0
failed=0
checks='format lint types walls dead generated'

main() {
  if [ $# -eq 0 ]; then
    sh scripts/setup.sh npm sound asterisk || exit 1
    set -- static unit integration telephony
  fi
  PATH=$PWD/node_modules/.bin:$PATH
  for part in "$@"; do
    case $part in
      static) begin_statics ;;
      unit) tests 2 unit scenarios simulation ;;
      integration) await_statics && tests 2 integration ;;
      telephony) await_statics && tests 4 telephony ;; # a phone call is mostly waiting
      *) echo "There is no part «$part»: say static, unit, integration or telephony." >&2 && exit 2 ;;
    esac
  done
  await_statics
  echo
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}

# All static checks, one after the other, beside the unit tests where these come next: none of both measures time, and each leaves a processor idle at
# times.
begin_statics() {
  (for check in $checks; do static "$check"; done) >"$results/statics" 2>&1 &
  statics=$!
}

# Shows what they came to, and counts each as one test.
await_statics() {
  [ -n "$statics" ] || return 0
  wait "$statics"
  statics=
  echo
  cat "$results/statics"
  for check in $checks; do
    if [ -e "$results/$check.passed" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  done
}

# One static check.
static() {
  began=$(date +%s)
  if npm run --silent "check:$1" >"$results/$1.log" 2>&1; then
    touch "$results/$1.passed"
    echo "✓ $1 ($(($(date +%s) - began)) s)"
  else
    echo "✗ $1"
    cat "$results/$1.log"
  fi
}

# The named projects of vitest.config.ts, in one run, so many files at a time.
tests() {
  workers=$1
  shift
  report=$results/$1.json
  for project in "$@"; do set -- "$@" --project "$project" && shift; done
  echo
  vitest run "$@" --maxWorkers="$workers" --reporter=default --reporter=json --outputFile.json="$report"
  status=$?
  counts=$(node -e '
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    console.log(numPassedTests, Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0));
  ' "$report" 2>/dev/null) || counts='0 1' # it did not come to its end
  passed=$((passed + ${counts% *}))
  failed=$((failed + ${counts#* }))
  # An error outside of every test, such as a promise that nobody awaited.
  if [ "$status" -ne 0 ] && [ "${counts#* }" -eq 0 ]; then failed=$((failed + 1)); fi
}

main "$@"

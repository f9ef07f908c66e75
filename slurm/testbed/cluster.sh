# shellcheck shell=bash disable=SC2034 # used by the scripts that source this
# What start, stop and fault share: names, paths and the handling of daemons. Sourced, never run.
set -euo pipefail

readonly nodes=(cpu1 cpu2 gpu1)
readonly system_config=/etc/slurm
readonly first_port=${HAMMERSCALE_SLURM_PORT:-16817} # the controller; the nodes follow
readonly verb=${0##*/}

fail() {
  echo "$verb: $*" >&2
  exit 1
}

require_root() {
  [[ $EUID -eq 0 ]] || fail "needs root, because the daemons of Slurm switch users; run it with sudo"
}

# Sets $state, the absolute folder that holds everything of one testbed.
choose_state() {
  state=$(realpath -m "${1:-${HAMMERSCALE_SLURM_STATE:-.slurm-testbed}}")
  [[ ${#state} -le 80 ]] || fail "the state folder $state is too long for a unix socket; choose a path of 80 characters or fewer"
}

# wait_until SECONDS COMMAND...: true as soon as the command is, false after that time.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.2
  done
}

is_running() { # PID_FILE; a zombie does not run, although kill -0 would say so
  local pid status
  [[ -s $1 ]] && pid=$(<"$1") && status=$(ps -o stat= -p "$pid") && [[ $status != Z* ]]
}

is_stopped() { ! is_running "$1"; }

# A link into the state folder of a testbed of which no daemon runs: it was killed, or its folder is gone.
is_left_over() { # FILE
  local target folder pid_file
  [[ -L $1 ]] || return 1
  target=$(readlink "$1")
  folder=${target%/etc/*}
  [[ $target == */state/etc/* || $target == */.slurm-testbed/etc/* ]] || return 1
  for pid_file in "$folder"/run/*.pid; do
    if is_running "$pid_file"; then
      return 1
    fi
  done
}

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# signal_daemon SIGNAL PID_FILE
signal_daemon() {
  if is_running "$2"; then
    kill "-$1" "$(<"$2")" 2>/dev/null || true
  fi
}

# end_daemon PID_FILE: asks, waits, then forces.
end_daemon() {
  signal_daemon TERM "$1"
  wait_until 10 is_stopped "$1" || signal_daemon KILL "$1"
  wait_until 5 is_stopped "$1" || fail "process $(<"$1") of $1 does not end"
  rm -f "$1"
}

# The parents come before the children, which would otherwise be reported as failed before they are killed.
# The plug-in that runs the jobs drops SLURM_* but not SLURMD_NODENAME, so that name marks all processes of a node.
kill_processes_of() { # NODE
  local environment pid
  for environment in /proc/[0-9]*/environ; do
    if grep -qzsE "^(SLURM_TESTBED_NODE|SLURMD_NODENAME)=$1\$" "$environment"; then
      pid=${environment#/proc/}
      kill -KILL "${pid%/environ}" 2>/dev/null || true
    fi
  done
}

start_controller() {
  slurmctld -f "$system_config/slurm.conf"
}

# The marker in the environment reaches slurmstepd, whose title does not name its node.
start_node() { # NODE
  SLURM_TESTBED_NODE=$1 slurmd -N "$1" -f "$system_config/slurm.conf"
}

controller_answers() { timeout 5 scontrol ping 2>/dev/null | grep -q 'is UP'; }

nodes_are_usable() { # NODE...
  local listed
  listed=$(timeout 5 sinfo -h -N -o '%N %t' -n "$(IFS=,; echo "$*")" 2>/dev/null) || return 1
  [[ -n $listed ]] && ! grep -qvE ' (idle|mix|alloc)$' <<<"$listed"
}

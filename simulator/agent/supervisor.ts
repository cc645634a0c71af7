/**
 * Stands between the agent and a task, as Mesos' executor process does: it outlives the agent, and writes down how the task
 * ended. Its file descriptor 3 ends with the agent; then it gives the agent the recovery timeout to come back (looked at four
 * times), or none, and ends the task. A shell, as thousands of them must fit on a machine. Arguments: the folder for its files
 * (pid, status; the agent's pid in `agent`), seconds between two looks (0: do not wait), the words of the command.
 */
const SCRIPT = `
folder=$1 pause=$2
shift 2
trap : TERM INT HUP
echo $$ >"$folder/pid"
"$@" 3<&- &
task=$!
(
  trap '' TERM INT HUP
  read -r _ <&3
  missed=0
  while [ "$pause" != 0 ] && [ $missed -lt 4 ]; do
    command -p sleep "$pause"
    agent=
    read -r agent <"$folder/agent"
    if kill -0 "$agent"; then missed=0; else missed=$((missed + 1)); fi
  done
  kill -TERM -$$
  command -p sleep 3
  kill -KILL -$$
) >/dev/null 2>&1 &
exec 3<&-
while :; do
  wait $task
  status=$?
  kill -0 $task 2>/dev/null || break
done
echo $status >"$folder/status"
kill -KILL -$$
`;

/** Name of the supervisor's process, as Mesos' own has it. */
const NAME = "mesos-executor";

/** What a supervisor is told. */
export interface Supervision {
  /** Where it writes its files. */
  readonly folder: string;
  /** How long it waits for an agent that ended; 0: not at all. */
  readonly recoveryMs: number;
}

/** Program and arguments that run `words` under a supervisor. */
export function supervised(words: readonly string[], { folder, recoveryMs }: Supervision): string[] {
  return ["/bin/sh", "-c", SCRIPT, NAME, folder, String(recoveryMs / 4_000), ...words];
}

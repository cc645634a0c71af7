import type { CellJob, FromCell, ToCell } from "./protocol";
import { runCell, runnerGone } from "./run";

/**
 * The process of one cell. Pulumi programs of several stacks in one process share their fate; here each has its
 * own. It ends when the runner's channel closes: a runner that died leaves labelled things, no processes.
 */
const cancel = new AbortController();

function tell(message: FromCell): void {
  if (process.connected) process.send?.(message);
}

async function work(job: CellJob): Promise<void> {
  const outcome = await runCell(job, cancel.signal, (phase, text) => {
    tell({ kind: "progress", phase, text });
  });
  tell(outcome);
  if (process.connected) process.disconnect();
}

process.on("message", (message: ToCell) => {
  if (message.kind === "abort") cancel.abort();
  else void work(message);
});
process.once("disconnect", () => {
  cancel.abort(runnerGone);
});
process.once("SIGTERM", () => {
  cancel.abort();
});

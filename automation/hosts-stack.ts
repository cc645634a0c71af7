import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import type { MakeHosts } from "./gcp/hosts-program";
import { recordPool } from "./housekeeping/record";
import { isPrecondition } from "./precondition";
import { errorText, isLocked, openStack } from "./stack";
import type { HostsJob, UpOutcome } from "./worker/protocol";

/** Makes machines as a stack of their own. The stack is undefined where it could not even be made. */
export async function makeHostsStack(
  job: HostsJob,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (text: string) => void },
): Promise<{ readonly up: UpOutcome; readonly stack: Stack | undefined }> {
  const errors: string[] = [];
  let stack: Stack | undefined;
  try {
    const { makeHosts } = (await import(job.program)) as { makeHosts: MakeHosts };
    const opened = await openStack(job.name, async () => ({ ...(await makeHosts(job)) }), job.ownership);
    stack = opened.stack;
    recordPool(job.name, job.ownership);
    signal.throwIfAborted();
    await stack.up({
      signal,
      suppressOutputs: true,
      onEvent: (event) => {
        const text = errorText(event);
        if (text !== undefined) errors.push(text);
        const made = machineOf(event);
        if (made !== undefined) onProgress(made);
      },
    });
    return { up: { kind: "ready" }, stack };
  } catch (error) {
    if (isLocked(error))
      return { up: { kind: "locked", message: `another process makes ${job.name}` }, stack };
    const said = error instanceof Error ? error.message : String(error);
    const message = errors.length > 0 ? [...new Set(errors)].join("\n") : said;
    return { up: { kind: isPrecondition(error) ? "precondition" : "error", message }, stack };
  }
}

/** What the end of a step on a machine means; the last one of a machine is that it is prepared. */
function machineOf({ resOutputsEvent }: EngineEvent): string | undefined {
  const { type = "", urn = "", op = "" } = resOutputsEvent?.metadata ?? {};
  const name = urn.split("::").at(-1) ?? "";
  if (op !== "create") return undefined;
  if (type === "gcp:compute/instance:Instance") return `machine ${name} is made`;
  return name.endsWith("-prepared") ? `machine ${name.replace(/-prepared$/, "")} is prepared` : undefined;
}

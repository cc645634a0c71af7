import { lockHolderOf } from "../housekeeping/lock";
import { stackLock } from "../layout";
import { leftoversOf } from "../leftovers";
import { lockHolder } from "../lock";
import { PreconditionError } from "../precondition";
import { recordedHosts } from "../remote/host-record";
import { findStack } from "../stack";
import { straysOf } from "../strays";
import { startWorker, underSignals } from "../worker/spawn";
import type { Interruption } from "./interruption";
import { say, warn } from "./voice";

/** `mesos-matrix down NAME`. Removing what is not there is no error. */
export async function downCommand(
  name: string,
  options: { readonly json?: boolean; readonly forgetHost?: readonly string[] },
  interruption: Interruption,
): Promise<number> {
  const worker = straysOf(name).find(({ argv }) => argv.some((word) => word.endsWith("/worker/main.js")));
  const holder = worker?.pid ?? lockHolderOf(stackLock(name))?.pid ?? lockHolder(name);
  if (holder !== undefined) {
    throw new PreconditionError(
      `${name} is being worked on by process ${holder}; end that one first (kill ${holder}), then run this again`,
    );
  }
  const existed =
    recordedHosts(name).length > 0 ||
    (await leftoversOf(name)).length > 0 ||
    (await findStack(name)) !== undefined;
  if (!(await remove(name, interruption, options.forgetHost))) return interruption.signal.aborted ? 130 : 1;
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ cluster: name, removed: existed }, null, 2)}\n`);
  }
  say(existed ? `${name} is removed` : `there is no cluster ${name}; nothing to remove`);
  return 0;
}

/** Removes the cluster in a worker; says what could not be removed. */
export async function remove(
  name: string,
  interruption: Interruption,
  forget: readonly string[] = [],
): Promise<boolean> {
  const worker = startWorker({ kind: "down", name, forget }, undefined, ({ text }) => {
    say(text);
  });
  const end = await underSignals(worker, interruption);
  const left = "answer" in end ? end.answer.left : [`unknown (the removal ended with ${end.died})`];
  if (left.length > 0) warn(`could not be removed: ${left.join(", ")}`);
  return left.length === 0;
}

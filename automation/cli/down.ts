import { takeDown } from "../cluster";
import { leftoversOf } from "../leftovers";
import { lockHolder } from "../lock";
import { PreconditionError } from "../precondition";
import { findStack } from "../stack";

/** `mesos-matrix down NAME`. Removing what is not there is no error. */
export async function downCommand(name: string): Promise<number> {
  const holder = lockHolder(name);
  if (holder !== undefined) {
    throw new PreconditionError(
      `${name} is being worked on by process ${holder}; end that one first (kill ${holder}), then run this again`,
    );
  }
  const existed = (await leftoversOf(name)).length > 0 || (await findStack(name)) !== undefined;
  const left = await takeDown(name, (text) => process.stderr.write(`${text}\n`));
  if (left.length > 0) {
    process.stderr.write(`could not be removed: ${left.join(", ")}\n`);
    return 1;
  }
  process.stderr.write(existed ? `${name} is removed\n` : `there is no cluster ${name}; nothing to remove\n`);
  return 0;
}

import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import type { SshHostSpec } from "../../config/spec";
import { buildHost } from "../../config/target";
import { hostSchema } from "../../config/target-schema";
import { stateDir } from "../layout";
import { PreconditionError } from "../precondition";
import { findStack } from "../stack";

/** Beside a host's settings a stack may give the private key that it made. */
const hostsSchema = z.array(z.object({ privateKey: z.string().optional() }).loose()).min(1);

/**
 * Hosts that another stack made: its output `hosts` is a list of mappings as `target.hosts` takes them, and may hold a
 * `privateKey`, which is secret there.
 * @throws PreconditionError where there is no such stack, or it says nothing of hosts
 */
export async function poolHosts(stack: string): Promise<SshHostSpec[]> {
  const found = await findStack(stack);
  if (found === undefined) {
    throw new PreconditionError(
      `there is no stack ${stack} whose hosts could be used; hostsFrom: names a stack of this project that has an output hosts`,
    );
  }
  const outputs = await found.workspace.stackOutputs(stack);
  const given = hostsSchema.safeParse(outputs.hosts?.value);
  if (!given.success) {
    throw new PreconditionError(
      `the stack ${stack} has no output hosts with a list of hosts; bring it up first, or look at what it makes`,
    );
  }
  return given.data.map(({ privateKey, ...rest }, i) => {
    const identity = privateKey === undefined ? {} : { identity: keyFile(stack, i, privateKey) };
    const host = hostSchema.safeParse({ ...rest, ...identity });
    if (host.success) return buildHost(host.data, i);
    const wrong = host.error.issues.map(({ path: at, message }) => `${at.join(".")}: ${message}`).join("; ");
    throw new PreconditionError(`hosts[${i}] of the stack ${stack} is no host (${wrong})`);
  });
}

/** ssh takes keys from files alone. Nobody else can read this one, and it is gone with the state of this user. */
function keyFile(stack: string, index: number, key: string): string {
  const folder = path.join(stateDir(), "keys");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${stack}-${index + 1}`);
  writeFileSync(file, key.endsWith("\n") ? key : `${key}\n`, { mode: 0o600 });
  return file;
}

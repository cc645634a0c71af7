import { text } from "node:stream/consumers";
import type { SshLogin } from "../../config/spec";
import { HostError, SshLink } from "../../readiness/ssh";
import { deliver } from "./deliver";

interface Errand {
  readonly id: string;
  readonly reference: string;
  readonly host: { readonly key: string; readonly login: SshLogin };
}

/** The resource of an image on a host runs this: image and host on standard input; progress on standard error. */
async function main(): Promise<number> {
  const { id, reference, host } = JSON.parse(await text(process.stdin)) as Errand;
  const cancel = new AbortController();
  process.once("SIGTERM", () => {
    cancel.abort();
  });
  const say = (line: string): void => void process.stderr.write(`${host.key}: ${line}\n`);
  try {
    const link = await SshLink.open(host, cancel.signal);
    try {
      await deliver({ id, reference }, link.engine, { say, signal: cancel.signal });
    } finally {
      await link.close();
    }
    return 0;
  } catch (error) {
    say(error instanceof HostError ? error.message : String(error));
    return 3;
  }
}

void main().then((code) => {
  process.exitCode = code;
});

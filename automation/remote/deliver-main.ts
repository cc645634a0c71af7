import { text } from "node:stream/consumers";
import type { SshLogin } from "../../config/spec";
import { HostError, SshLink } from "../../readiness/ssh";
import { docker } from "../../readiness/docker";
import { deliver } from "../images/deliver";
import type { Registry } from "../images/login";

interface Errand {
  readonly id: string;
  readonly reference: string;
  readonly registry?: Registry;
  readonly host: { readonly key: string; readonly login: SshLogin };
}

/** The resource of an image on a host runs this: image and host on standard input; progress on standard error. */
async function main(): Promise<number> {
  const { id, reference, registry, host } = JSON.parse(await text(process.stdin)) as Errand;
  const cancel = new AbortController();
  process.once("SIGTERM", () => {
    cancel.abort();
  });
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    const link = await SshLink.open(host, cancel.signal);
    try {
      const found = await describe(id);
      const delivery = { say, signal: cancel.signal, registry };
      await deliver({ ...found, id, reference }, { key: host.key, engine: link.engine }, delivery);
    } finally {
      await link.close();
    }
    return 0;
  } catch (error) {
    say(error instanceof HostError ? error.message : String(error));
    return 3;
  }
}

/** What this machine's engine knows of an image: its platform, and where a registry has it. */
async function describe(id: string): Promise<{ platform: string; digest: string | undefined }> {
  const format = "{{.Os}}/{{.Architecture}} {{range .RepoDigests}}{{.}} {{end}}";
  const [platform = "", digest] = (await docker(["image", "inspect", "--format", format, id]))
    .trim()
    .split(" ");
  return { platform, digest };
}

void main().then((code) => {
  process.exitCode = code;
});

import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { SshHostSpec, SshLogin } from "../../config/spec";
import { stateDir } from "../layout";

/** The host's login as any process of this machine can use it: paths are absolute, a pinned key stands in a file. */
export function usableLogin({ login }: SshHostSpec): SshLogin {
  const { hostKey, identity, knownHosts } = login;
  return {
    ...login,
    identity: identity === undefined ? undefined : absolute(identity),
    knownHosts:
      hostKey !== undefined
        ? pinned(login, hostKey)
        : knownHosts === undefined
          ? undefined
          : absolute(knownHosts),
  };
}

function absolute(file: string): string {
  return path.resolve(file.replace(/^~(?=\/)/, os.homedir()));
}

/** A known_hosts file that holds this one key; Pulumi's providers read it whenever they connect, also next year. */
function pinned({ address, port }: SshLogin, hostKey: string): string {
  const line = `${port === 22 ? address : `[${address}]:${port}`} ${hostKey}\n`;
  const name = createHash("sha256").update(line).digest("hex").slice(0, 16);
  const folder = path.join(stateDir(), "known_hosts");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  writeFileSync(file, line);
  return file;
}

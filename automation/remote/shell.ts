import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { RemoteShell } from "../../components/hosts/ssh-host";
import type { SshLogin } from "../../config/spec";
import { HostError, loginText } from "../../readiness/ssh";

/** The command provider's way to a shell: it knows no ssh configuration, so key and host key are given to it. */
export async function remoteShell(login: SshLogin): Promise<RemoteShell> {
  const { address, port, user, identity, hostKey } = login;
  const file = identity ?? usualKey();
  return {
    host: address,
    port,
    user,
    privateKey: file === undefined ? undefined : readFileSync(file, "utf8"),
    hostKey: hostKey ?? (await knownKey(login)),
  };
}

/** Where ssh looks when it is told nothing; an agent goes before that. */
function usualKey(): string | undefined {
  if (process.env.SSH_AUTH_SOCK !== undefined) return undefined;
  const names = ["id_ed25519", "id_ecdsa", "id_rsa"];
  return names.map((name) => path.join(os.homedir(), ".ssh", name)).find((file) => existsSync(file));
}

/** The key that known_hosts has for the host, whose names there may be hashed. */
async function knownKey(login: SshLogin): Promise<string> {
  const { address, port, knownHosts } = login;
  const name = port === 22 ? address : `[${address}]:${port}`;
  const file = knownHosts ?? path.join(os.homedir(), ".ssh", "known_hosts");
  const lines = (await output("ssh-keygen", ["-F", name, "-f", file])).split("\n");
  const keys = lines.filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("@"));
  const key = keys.find((line) => line.includes(" ssh-ed25519 ")) ?? keys[0];
  if (key === undefined)
    throw new HostError(
      `${loginText(login)}: ${file} has no key of ${name}; write the host's key as hostKey:`,
    );
  return key.split(" ").slice(1, 3).join(" ");
}

/** Standard output; empty where the program fails. */
function output(program: string, argv: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, argv, { timeout: 10_000 }, (_, stdout) => resolve(stdout));
  });
}

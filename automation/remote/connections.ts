import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { HostConnection } from "../../components/hosts/connection";
import type { SshLogin } from "../../config/spec";
import { localHost } from "../../plan/placement";
import type { ClusterPlan, SshHostPlan } from "../../plan/types";
import { sshDestination, sshOptions } from "../../readiness/ssh";
import { remoteShell } from "./shell";
import { engineAddress } from "../engine-address";

/** Seconds for which a connection waits for its next user. */
const idleSeconds = 60;

/** How Pulumi reaches the engine of every host of a plan, by the host's key. */
export async function connections(plan: ClusterPlan): Promise<Record<string, HostConnection>> {
  const remote = plan.hosts.filter((host): host is SshHostPlan => host.kind === "ssh");
  if (remote.length === 0) return { [localHost]: { engine: await engineAddress() } };
  await Promise.all(remote.map(({ login }) => openMaster(login, plan.cluster)));
  const entries = remote.map(async ({ key, login }): Promise<[string, HostConnection]> => {
    return [key, { ...sshConnection(login, plan.cluster), shell: await remoteShell(login) }];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The connection of Pulumi's Docker provider: every ssh that it starts goes over one connection, which ends by itself. */
export function sshConnection(login: SshLogin, cluster: string): HostConnection {
  const { user, address, port } = login;
  return { engine: `ssh://${user}@${address}:${port}`, sshOptions: providerOptions(login, cluster), login };
}

/**
 * Opens that connection before the provider starts many at once, which sshd's default limits (MaxStartups) would refuse.
 * Where it does not open, the provider says why.
 */
function openMaster(login: SshLogin, cluster: string): Promise<void> {
  mkdirSync(path.dirname(controlPath(login, cluster)), { recursive: true, mode: 0o700 });
  const words = [...providerOptions(login, cluster), ...sshDestination(login), "true"];
  return new Promise((resolve) => {
    // The master stays behind with its own output; only the command's end is waited for.
    const child = execFile("ssh", words, { timeout: 30_000 });
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
}

function providerOptions(login: SshLogin, cluster: string): string[] {
  return [
    ...sshOptions(login),
    "-oControlMaster=auto",
    `-oControlPath=${controlPath(login, cluster)}`,
    `-oControlPersist=${idleSeconds}`,
  ];
}

/** Short, as sockets' paths must be, and the same tomorrow: the provider's settings stand in the state. */
function controlPath(login: SshLogin, cluster: string): string {
  const name = createHash("sha256")
    .update(JSON.stringify([cluster, login]))
    .digest("hex")
    .slice(0, 10);
  return path.join(os.homedir(), ".ssh", `mm-${name}`);
}

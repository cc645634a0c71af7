import { randomInt } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { LabHost, type HostOptions } from "./host";
import { LabNetwork } from "./network";
import { run, tolerant } from "./run";

/** Overlays need a file system below them that is none itself. */
const home = "/var/tmp/mesos-matrix-lab";

/**
 * Real machines, as far as ssh and Docker can tell: each host has its own root file system, process tree, hostname,
 * address, sshd with Debian's settings and, unless it is to have none, Docker engine. Several labs may run at once; what
 * a killed one left is removed by the next. Needs root on Linux, and the set-up's step `lab-base`.
 */
export class Lab {
  readonly hosts: readonly LabHost[];

  private constructor(
    readonly network: LabNetwork,
    hosts: readonly HostOptions[],
  ) {
    this.hosts = hosts.map(
      (options, i) => new LabHost(i + 1, network, path.join(folderOf(network.n), `h${i + 1}`), options),
    );
  }

  /** Starts a lab with one host for each entry; ends when sshd and Docker answer on all of them. */
  static async start(hosts: readonly HostOptions[]): Promise<Lab> {
    sweep();
    const lab = new Lab(reserve(), hosts);
    try {
      run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", lab.identity);
      lab.network.create();
      for (const host of lab.hosts) await host.build(`${lab.identity}.pub`);
      await Promise.all(lab.hosts.map((host) => host.powerOn()));
      return lab;
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The private key that the hosts' users accept. */
  get identity(): string {
    return path.join(folderOf(this.network.n), "id");
  }

  /** Host `n`, from 1. */
  host(n: number): LabHost {
    const host = this.hosts[n - 1];
    if (host === undefined) throw new Error(`the lab has no host ${n}`);
    return host;
  }

  /** A new known_hosts file with the keys of all hosts. */
  knownHosts(): string {
    const file = path.join(folderOf(this.network.n), "known_hosts");
    writeFileSync(file, this.hosts.map(({ address, hostKey }) => `${address} ${hostKey}\n`).join(""));
    return file;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.powerOff()));
    for (const host of this.hosts) host.dismantle();
    this.network.remove(this.hosts.length);
    rmSync(folderOf(this.network.n), { recursive: true, force: true });
  }
}

function folderOf(n: number): string {
  return path.join(home, String(n));
}

/** A number whose addresses nobody uses; making its folder reserves it. */
function reserve(): LabNetwork {
  mkdirSync(home, { recursive: true });
  const routes = run("ip", "-4", "route");
  for (let tries = 0; tries < 1000; tries++) {
    const n = randomInt(1, 255);
    if (routes.includes(`10.77.${n}.`) || routes.includes(`10.78.${n}.`)) continue;
    try {
      mkdirSync(folderOf(n));
    } catch {
      continue;
    }
    writeFileSync(path.join(folderOf(n), "owner"), ownerOf(process.pid) ?? "");
    return new LabNetwork(n);
  }
  throw new Error("no network 10.77.n.0/24 is free for a lab");
}

/** Removes labs whose process was killed. */
function sweep(): void {
  mkdirSync(home, { recursive: true });
  for (const name of readdirSync(home)) {
    const folder = path.join(home, name);
    const owner = readable(path.join(folder, "owner"));
    // A lab without an owner is being reserved at this moment.
    if (owner === undefined || owner === ownerOf(Number(owner.split(" ")[0]))) continue;
    const network = new LabNetwork(Number(name));
    const parts = readdirSync(folder).filter((part) => /^h\d+$/.test(part));
    for (const part of parts) {
      const pid = readable(path.join(folder, part, "pid"));
      if (pid !== undefined && bootedBy(Number(pid))) tolerant("kill", "-KILL", pid);
    }
    for (const part of parts)
      new LabHost(Number(part.slice(1)), network, path.join(folder, part), {}).dismantle();
    network.remove(parts.length);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A process by its number and the time of its start: numbers are used again. Undefined: it is gone. */
function ownerOf(pid: number): string | undefined {
  const stat = readable(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : `${pid} ${stat.slice(stat.lastIndexOf(")")).split(" ")[20] ?? ""}`;
}

function bootedBy(pid: number): boolean {
  return readable(`/proc/${pid}/cmdline`)?.includes("test/lab/boot.sh") === true;
}

function readable(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

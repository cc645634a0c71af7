import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { packageRoot } from "../../automation/layout";
import { imageStore, stock } from "./images";
import type { LabNetwork } from "./network";
import { finish, run, tolerant, type Finished } from "./run";

export interface HostOptions {
  /** Whether Docker is installed and runs; default true. */
  readonly docker?: boolean;
  /** A user beside root, who is in no group but his own. */
  readonly user?: string;
  /** Size of the file system below /var/lib/docker in MiB; undefined: that of this machine. */
  readonly dockerDisk?: number;
  /** Names of images that its engine has from the beginning. */
  readonly images?: readonly string[];
}

/** Layers of a host's file system, made by the set-up. */
const { labBase } = createRequire(__filename)(path.join(packageRoot, "toolchain", "lab-base.js")) as {
  labBase: { docker: string; system: string };
};

const shell = [
  "env",
  "-i",
  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  "HOME=/root",
];

/** A busy machine, other labs on it: what a boot may take. */
const bootSeconds = 120;

/** One machine of a lab. */
export class LabHost {
  readonly address: string;
  #init: ChildProcess | undefined;

  constructor(
    readonly n: number,
    readonly network: LabNetwork,
    readonly folder: string,
    readonly options: HostOptions,
  ) {
    this.address = network.address(n);
  }

  /** Its root file system, while it is on. */
  get root(): string {
    return path.join(this.folder, "root");
  }

  /** `ssh-ed25519 AAAA...` */
  get hostKey(): string {
    const text = readFileSync(path.join(this.root, "etc/ssh/ssh_host_ed25519_key.pub"), "utf8");
    return text.split(" ").slice(0, 2).join(" ").trim();
  }

  /** Assembles the machine; `key` is the file of the public key that its users accept. */
  async build(key: string): Promise<void> {
    for (const part of ["upper", "work", "root", "docker"])
      mkdirSync(path.join(this.folder, part), { recursive: true });
    this.network.plug(this.n);
    const { docker = true, dockerDisk, images, user } = this.options;
    const lower = docker ? `${labBase.docker}:${labBase.system}` : labBase.system;
    const [upper, work] = [path.join(this.folder, "upper"), path.join(this.folder, "work")];
    const layers = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
    run("mount", "-t", "overlay", "overlay", "-o", layers, this.root);
    const data = path.join(this.root, "var/lib/docker");
    mkdirSync(data, { recursive: true });
    // Before the mount: there are no links across it.
    if (images !== undefined) stock(path.join(this.folder, "docker"), await imageStore(images));
    // Docker's storage does not work on an overlay.
    if (dockerDisk === undefined) run("mount", "--bind", path.join(this.folder, "docker"), data);
    else run("mount", "-t", "tmpfs", "-o", `size=${dockerDisk}m`, "tmpfs", data);
    if (user !== undefined)
      run("chroot", this.root, "useradd", "--create-home", "--shell", "/bin/bash", user);
    for (const home of ["root", ...(user === undefined ? [] : [`home/${user}`])]) this.#accept(home, key);
    const hostKey = path.join(this.root, "etc/ssh/ssh_host_ed25519_key");
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", `h${this.n}`, "-f", hostKey);
    this.write("/etc/resolv.conf", readFileSync("/etc/resolv.conf", "utf8"));
    this.write("/etc/hosts", `127.0.0.1 localhost\n${this.address} h${this.n}\n`);
    this.write("/usr/sbin/reboot", "#!/bin/sh\ntouch /var/reboot\nkill -TERM 1\n", 0o755);
  }

  /** Boots it; ends when sshd, and Docker where it is installed, answer. */
  async powerOn(): Promise<void> {
    const inside = [
      "unshare",
      "--mount",
      "--uts",
      "--pid",
      "--fork",
      "--kill-child",
      "--propagation",
      "private",
    ];
    const namespace = `/run/netns/${this.network.hostNamespace(this.n)}`;
    const init = spawn(
      "nsenter",
      [`--net=${namespace}`, ...inside, "bash", path.join(packageRoot, "test", "lab", "boot.sh")],
      {
        env: { ...process.env, LAB_NAME: `h${this.n}`, LAB_ROOT: this.root },
        stdio: "ignore",
        detached: true,
      },
    );
    this.#init = init;
    writeFileSync(path.join(this.folder, "pid"), String(init.pid));
    init.once("exit", () => {
      const wanted = path.join(this.root, "var/reboot");
      if (this.#init !== init || !existsSync(wanted)) return;
      rmSync(wanted);
      void this.powerOn();
    });
    await this.#answers();
  }

  /** As if its plug were pulled. */
  async powerOff(): Promise<void> {
    const init = this.#init;
    this.#init = undefined;
    if (init?.pid === undefined || init.exitCode !== null) return;
    const ended = new Promise((resolve) => init.once("exit", resolve));
    process.kill(init.pid, "SIGKILL");
    await ended;
  }

  /** Pulls its network cable, or puts it back. */
  cable(state: "up" | "down"): void {
    this.network.cable(this.n, state);
  }

  /** Runs a command on it as root, past ssh. */
  exec(argv: readonly string[], options?: { input?: string; seconds?: number }): Promise<Finished> {
    const namespaces = ["--mount", "--uts", "--pid", "--net"];
    return finish(["nsenter", "--target", this.#firstProcess(), ...namespaces, ...shell, ...argv], options);
  }

  /** As `exec`; answers with standard output, and throws unless the command ends with 0. */
  async must(...argv: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.exec(argv);
    if (code !== 0) throw new Error(`h${this.n}: ${argv.join(" ")} ended with ${code}: ${stderr}`);
    return stdout;
  }

  /** Ends its Docker engine at once; containers of it die with the next boot, or live on as the engine left them. */
  async killEngine(): Promise<void> {
    await this.must("pkill", "-KILL", "-x", "dockerd");
  }

  async startEngine(): Promise<void> {
    await this.exec(["rm", "-f", "/run/docker.pid", "/var/run/docker.pid"]);
    await this.must("sh", "-c", "dockerd >>/var/log/dockerd.log 2>&1 &");
    await this.#until("Docker", async () => (await this.exec(["docker", "info"])).code === 0);
  }

  /** Writes a file of its file system. */
  write(file: string, text: string, mode = 0o644): void {
    const target = path.join(this.root, file);
    rmSync(target, { force: true });
    writeFileSync(target, text, { mode });
  }

  /** Takes the machine apart; it must be off. What is not there any more is no error. */
  dismantle(): void {
    const containers = path.join(this.folder, "docker", "containers");
    const ids = existsSync(containers) ? readdirSync(containers) : [];
    tolerant("umount", "--lazy", path.join(this.root, "var/lib/docker"));
    tolerant("umount", "--lazy", this.root);
    for (const controller of readdirSync("/sys/fs/cgroup")) {
      for (const id of ids) removeGroup(path.join("/sys/fs/cgroup", controller, "docker", id));
    }
  }

  #accept(home: string, key: string): void {
    const folder = path.join(this.root, home, ".ssh");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(folder, "authorized_keys"), readFileSync(key, "utf8"), { mode: 0o600 });
    const user = path.basename(home);
    run("chroot", this.root, "chown", "-R", `${user}:${user}`, `/${home}/.ssh`);
  }

  /** Process id of its process 1, as this machine counts. */
  #firstProcess(): string {
    const pid = this.#init?.pid ?? 0;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    const first = children[0] ?? "";
    if (first === "") throw new Error(`h${this.n} is off`);
    return first;
  }

  async #answers(): Promise<void> {
    await this.#until("sshd", () => listens(this.address, 22));
    if (this.options.docker === false) return;
    await this.#until("Docker", async () => (await this.exec(["docker", "info"])).code === 0);
  }

  async #until(what: string, look: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + bootSeconds * 1000;
    while (!(await look().catch(() => false))) {
      if (performance.now() > deadline)
        throw new Error(
          `h${this.n}: ${what} does not answer after ${bootSeconds} s; see ${this.root}/var/log`,
        );
      await pause(100);
    }
  }
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
  });
}

/** Control groups are the machine's, not the host's; Docker in a host that lost its power left them. */
function removeGroup(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It is gone already, or was never made under this controller.
  }
}

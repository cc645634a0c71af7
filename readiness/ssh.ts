import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import type { SshLogin } from "../config/spec";
import { sshFailure } from "./ssh-failure";

/** A host of the cluster cannot be used; the message names host, cause and cure. */
export class HostError extends Error {
  override readonly name = "HostError";
}

/** A machine that ssh reaches, as messages name it. */
export interface Reachable {
  readonly key: string;
  readonly login: SshLogin;
}

/** Seconds until a host must answer at all, and until it must have let us in. */
const connectSeconds = 10;
const loginSeconds = 40;

/** Where the engine listens on a host. */
const engineSocket = "/var/run/docker.sock";

/** Options of every ssh that we start: nobody is there to answer a question, and no key is trusted unseen. */
export function sshOptions(login: SshLogin): string[] {
  const { identity, knownHosts } = login;
  return [
    "-oBatchMode=yes",
    "-oStrictHostKeyChecking=yes",
    `-oConnectTimeout=${connectSeconds}`,
    // A host that is switched off in the middle is noticed within half a minute.
    "-oServerAliveInterval=10",
    "-oServerAliveCountMax=3",
    ...(identity === undefined ? [] : ["-oIdentitiesOnly=yes", "-i", identity]),
    ...(knownHosts === undefined
      ? []
      : [`-oUserKnownHostsFile=${knownHosts}`, "-oGlobalKnownHostsFile=none"]),
  ];
}

/** Whom to connect to, as words of ssh. */
export function sshDestination({ address, port, user }: SshLogin): string[] {
  return ["-p", String(port), "-l", user, "--", address];
}

/** `root@192.0.2.10`, with the port where it is not ssh's own. */
export function loginText({ address, port, user }: SshLogin): string {
  return `${user}@${address}${port === 22 ? "" : `:${port}`}`;
}

/**
 * One connection to a host, over which everything goes that this process asks of it: commands, its Docker engine, its
 * ports. Nothing but sshd and a shell is needed there. It ends with this process, however that ends.
 */
export class SshLink {
  private constructor(
    readonly host: Reachable,
    readonly folder: string,
    readonly child: ChildProcess,
  ) {}

  /** @throws HostError where the host lets nobody in */
  static async open(host: Reachable, signal?: AbortSignal): Promise<SshLink> {
    // Sockets in a folder that nobody else may enter; their paths have little room.
    const folder = await mkdtemp(path.join(os.tmpdir(), "mm-"));
    const words = [
      ...["-T", "-oControlMaster=yes", `-oControlPath=${path.join(folder, "c")}`, "-oControlPersist=no"],
      ...["-oStreamLocalBindUnlink=yes", "-L", `${path.join(folder, "docker")}:${engineSocket}`],
      ...sshOptions(host.login),
      ...sshDestination(host.login),
      // It echoes what we say, and ends when we do: then its input ends.
      "cat",
    ];
    const child = spawn("ssh", words, { stdio: ["pipe", "pipe", "pipe"], detached: true });
    child.stdin.on("error", () => undefined);
    const link = new SshLink(host, folder, child);
    try {
      await loggedIn(link, child, signal);
    } catch (error) {
      await link.close();
      throw error;
    }
    // It must not keep a process alive that has nothing else to do.
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr])
      (stream as unknown as { unref(): void }).unref();
    return link;
  }

  /** Address of the host's Docker engine, for the docker client here. */
  get engine(): string {
    return `unix://${path.join(this.folder, "docker")}`;
  }

  /** Runs a command there; answers with its standard output. @throws HostError on any exit code but 0 */
  async run(...argv: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.try(...argv);
    if (code === 0) return stdout;
    throw new HostError(`${this.host.key}: ${argv[0] ?? ""} ended with ${code} there: ${stderr.trim()}`);
  }

  /** Runs a command there; any exit code is an answer. The words reach it as they are. */
  try(...argv: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    return this.#control(["--", argv.map(quote).join(" ")]);
  }

  /** Makes a port of the host (or of what the host reaches) a socket here; answers with its path. */
  async forward(address: string, port: number): Promise<string> {
    const socket = path.join(this.folder, `${address}-${port}`);
    await this.#request("forward", ["-L", `${socket}:${address}:${port}`]);
    return socket;
  }

  /** Makes a port of the host, or of what it reaches, the port `local` of this machine's loopback address. */
  async publish(address: string, port: number, local: number): Promise<void> {
    await this.#request("forward", ["-L", `127.0.0.1:${local}:${address}:${port}`]);
  }

  /** Opens a SOCKS proxy at a port of this machine's loopback address; whoever uses it stands on the host. */
  async proxy(local: number): Promise<void> {
    await this.#request("forward", ["-D", `127.0.0.1:${local}`]);
  }

  /** Resolves when the connection is lost or closed. */
  get ended(): Promise<void> {
    return new Promise((resolve) => {
      if (this.child.exitCode !== null || this.child.signalCode !== null) resolve();
      else this.child.once("exit", () => resolve());
    });
  }

  async close(): Promise<void> {
    // Its end is waited for, even by a process that has nothing else to do.
    this.child.ref();
    this.child.stdin?.end();
    this.child.kill();
    await this.ended;
    await rm(this.folder, { recursive: true, force: true });
  }

  async #request(what: string, words: readonly string[]): Promise<void> {
    const { code, stderr } = await this.#control(["-O", what, ...words]);
    if (code === 0) return;
    throw new HostError(`${this.host.key}: ssh cannot ${what} ${words.join(" ")}: ${stderr.trim()}`);
  }

  #control(words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const [options, rest] = words[0] === "--" ? [[], words.slice(1)] : [words, []];
    const argv = [
      `-S${path.join(this.folder, "c")}`,
      "-oBatchMode=yes",
      ...options,
      ...sshDestination(this.host.login),
      ...rest,
    ];
    return new Promise((resolve, reject) => {
      execFile("ssh", argv, { timeout: 60_000, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== "number") {
          reject(new HostError(`${this.host.key}: ssh did not answer in time`, { cause: error }));
        } else resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      });
    });
  }
}

/** Waits until what we say comes back. @throws HostError with what ssh said instead */
async function loggedIn(link: SshLink, child: ChildProcess, signal: AbortSignal | undefined): Promise<void> {
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-20_000)));
  const timedOut = { yes: false };
  const stop = (): void => {
    child.kill();
  };
  const timer = setTimeout(() => {
    timedOut.yes = true;
    stop();
  }, loginSeconds * 1000);
  signal?.addEventListener("abort", stop);
  try {
    const echoed = await new Promise<boolean>((resolve, reject) => {
      child.once("error", (error) => {
        reject(new HostError(`there is no ssh on PATH (${error.message}); install OpenSSH's client`));
      });
      child.once("exit", () => resolve(false));
      child.stdout?.once("data", () => resolve(true));
      child.stdin?.write("\n");
    });
    signal?.throwIfAborted();
    if (!echoed)
      throw new HostError(await sshFailure(link.host, timedOut.yes ? `${said}\nConnection timed out` : said));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** The far side's shell must not read anything into a word. */
function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

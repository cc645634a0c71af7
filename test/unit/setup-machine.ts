import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** The clone that is tested; compiled tests stand in dist/test/unit. */
export const root = path.resolve(__dirname, "..", "..", "..");

/** Loads a JavaScript module of the set-up; the caller says what it exports. */
export const load = (file: string): unknown => createRequire(path.join(root, "package.json"))(`./${file}`);

/** How a process ended, with what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Who runs the set-up, and on what. */
export interface Identity {
  readonly uid: number;
  readonly platform: string;
  readonly release: string;
}

export const debianRoot: Identity = { uid: 0, platform: "linux", release: 'ID=debian\nVERSION_ID="12"\n' };
export const debianUser: Identity = { ...debianRoot, uid: 1000 };
export const fedoraRoot: Identity = { ...debianRoot, release: "ID=fedora\nVERSION_ID=43\n" };
export const macUser: Identity = { uid: 501, platform: "darwin", release: "" };

/**
 * A machine in a folder: home, PATH with small fake programs, /etc/os-release, /run, /var/run and /proc. Nothing of
 * the real one is read or changed.
 */
export class Machine implements Disposable {
  readonly folder = mkdtempSync(path.join(tmpdir(), "mesos-matrix-setup-"));
  readonly bin = this.make("bin");
  readonly home = this.make("home");
  readonly cache = path.join(this.home, ".cache", "mesos-matrix");
  readonly passphrase = path.join(this.home, ".config", "mesos-matrix", "passphrase");

  /** A folder of this machine. */
  make(name: string): string {
    const folder = path.join(this.folder, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Writes a file of this machine; returns its path. */
  write(name: string, text: string, mode = 0o644): string {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  }

  /** A fake program: notes how it was called, then does what the shell lines say. */
  program(name: string, lines: string, folder = "bin"): string {
    const base = path.basename(name);
    const note = `PATH=/usr/bin:/bin; echo "${base} $*" >> '${this.log}'`;
    return this.write(path.join(folder, name), `#!/bin/sh\n${note}\n${lines}\n`, 0o755);
  }

  /** A real program on this machine's PATH. */
  real(...names: string[]): void {
    for (const name of names) {
      const found = (process.env.PATH ?? "")
        .split(path.delimiter)
        .find((dir) => existsSync(path.join(dir, name)));
      if (found !== undefined) symlinkSync(path.join(found, name), path.join(this.bin, name));
    }
  }

  /** What a folder of this machine holds. */
  left(name: string): string[] {
    return readdirSync(path.join(this.folder, name));
  }

  /** All calls of fake programs, in order. */
  calls(): string[] {
    return existsSync(this.log) ? readFileSync(this.log, "utf8").trim().split("\n") : [];
  }

  /** Runs the set-up as somebody. */
  setup(
    identity: Identity,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    return this.node([...this.as(identity), path.join(root, "toolchain", "setup.js"), ...args], env);
  }

  /** Runs JavaScript in the clone, as somebody. */
  script(identity: Identity, code: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.node([...this.as(identity), "-e", code], env);
  }

  /** Runs the Node of this test with this machine's home and PATH. */
  node(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return run([process.execPath, ...args], this.environment(env));
  }

  environment(env: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { HOME: this.home, PATH: this.bin, TMPDIR: this.make("tmp"), ...env };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get log(): string {
    return path.join(this.folder, "calls");
  }

  /** Loaded before the set-up: what it asks the operating system is answered by this machine. */
  private as({ uid, platform, release }: Identity): string[] {
    this.write("etc/os-release", release);
    const code = `
      const fs = require("node:fs");
      process.getuid = () => ${String(uid)};
      Object.defineProperty(process, "platform", { value: ${JSON.stringify(platform)} });
      for (const name of ["existsSync", "readFileSync", "rmSync"]) {
        const real = fs[name];
        fs[name] = (file, ...rest) =>
          real(/^\\/(etc\\/os-release|run|var\\/run|proc)(\\/|$)/.test(file) ? ${JSON.stringify(this.folder)} + file : file, ...rest);
      }`;
    return ["-r", this.write("identity.js", code)];
  }
}

/** Runs a command to its end; after 20 seconds it is killed and its code is null. */
export function run(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd = root,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const [command = "", ...args] = argv;
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 20_000,
      killSignal: "SIGKILL",
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

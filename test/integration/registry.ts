import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { docker } from "../../readiness/docker";
import { eventually } from "./mesos";

/** The one login of a registry that wants one. */
export const robot = { username: "robot", password: "not-so-secret-17" };
/** Its line in a file of htpasswd (bcrypt). */
const robotLine = "robot:$2b$05$ksnL2spdnD7D0dmWH6Jgs.AiGSc4IZgxD61VyGIJLMlQ8x.VMZOx6";

/** A real registry (Debian's docker-registry) at this machine's loopback address. */
export class LocalRegistry implements AsyncDisposable {
  readonly #folder = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-registry-"));
  #process: ChildProcess | undefined;

  private constructor(
    /** `127.0.0.1:port`, as image names begin with it. */
    readonly address: string,
    private readonly login: boolean,
  ) {}

  static async start({ login = false } = {}): Promise<LocalRegistry> {
    const registry = new LocalRegistry(`127.0.0.1:${await freePort()}`, login);
    await registry.start();
    return registry;
  }

  /** Serves what was pushed; also after `stop`. */
  async start(): Promise<void> {
    const htpasswd = path.join(this.#folder, "htpasswd");
    writeFileSync(htpasswd, `${robotLine}\n`);
    const config = path.join(this.#folder, "config.json");
    const auth = { auth: { htpasswd: { realm: "test", path: htpasswd } } };
    writeFileSync(
      config,
      JSON.stringify({
        version: "0.1",
        log: { level: "error", accesslog: { disabled: true } },
        storage: { filesystem: { rootdirectory: path.join(this.#folder, "data") } },
        http: { addr: this.address, secret: "of-the-test" },
        ...(this.login ? auth : {}),
      }),
    );
    this.#process = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
    await eventually("answer of the registry", 60, async () => {
      const answer = await fetch(`http://${this.address}/v2/`).catch(() => undefined);
      return answer?.status === (this.login ? 401 : 200) ? true : undefined;
    });
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined) return;
    const end = once(running, "exit");
    running.kill("SIGKILL");
    await end;
  }

  /**
   * Puts an image into the registry and takes the name off the engine.
   * @param name without the registry: `mesosphere/mesos-master:1.7.1`
   * @param image id or name of an image of the engine
   */
  async push(name: string, image: string): Promise<void> {
    const reference = `${this.address}/${name}`;
    await docker(["tag", image, reference]);
    using config = this.loginConfig();
    await docker(["push", "--quiet", reference], { timeout: 240, config: config?.path });
    await docker(["rmi", reference]);
  }

  /** Folder for `docker --config` with this registry's login, if it wants one. */
  loginConfig(): (Disposable & { readonly path: string }) | undefined {
    if (!this.login) return undefined;
    const folder = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-test-"));
    const auth = Buffer.from(`${robot.username}:${robot.password}`).toString("base64");
    writeFileSync(path.join(folder, "config.json"), JSON.stringify({ auths: { [this.address]: { auth } } }));
    return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
    for (const reference of await this.#onEngine())
      await docker(["rmi", "--force", reference]).catch(() => undefined);
  }

  /** What the engine has of this registry: by tag, and by the digest under which a pull leaves what was there before. */
  async #onEngine(): Promise<string[]> {
    const format = "{{.Repository}} {{.Tag}} {{.Digest}}";
    const listed = await docker(["image", "ls", "--digests", "--format", format]);
    return listed.split("\n").flatMap((line) => {
      const [repository = "", tag = "", digest = ""] = line.split(" ");
      if (!repository.startsWith(`${this.address}/`)) return [];
      return [`${repository}:${tag}`, `${repository}@${digest}`].filter((name) => !name.endsWith("<none>"));
    });
  }
}

/** A tiny image on the engine. @param content its own, also its name @returns its id */
export async function tinyImage(content: string): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-test-"));
  try {
    writeFileSync(path.join(folder, "content"), content);
    writeFileSync(path.join(folder, "Dockerfile"), "FROM scratch\nCOPY content /\n");
    // Named, or it would go with the last name that it is pushed by.
    const name = `mesos-matrix-test/${content}`;
    return (await docker(["build", "--quiet", "--tag", name, folder], { timeout: 120 })).trim();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

import assert from "node:assert/strict";
import { mkdirSync, renameSync } from "node:fs";
import * as path from "node:path";
import { resolveImages } from "../../automation/images/resolve";
import { simulatorImage } from "../../automation/images/simulator";
import type { ImageSource } from "../../config/spec";
import { docker } from "../../readiness/docker";
import { cli, quietErrand, Scratch, uniqueName } from "../e2e/harness";
import { agentGroup, clusterSpec } from "../unit/fixtures";
import { addressOf } from "./mesos";

/** The commit of 1.8.0-rc3, as a build between tags would be asked for. */
const commit = "acefa90695a3";

/** A folder with saved images and Dockerfiles whose images hold a Mesos, as far as readiness can tell. */
class Sources extends Scratch {
  readonly #made = new Set<string>();

  /** An image that holds this version; it is named for the time of the test only. */
  async image(version: string): Promise<string> {
    const { id } = await simulatorImage(version, quietErrand);
    const name = `mesos-matrix-test/${uniqueName("own")}`;
    const folder = this.context(name.replace("/", "-"), `FROM ${id}\nENV SIMULATED_MESOS=${version}\n`);
    await docker(["build", "--quiet", "--tag", name, folder], { timeout: 120 });
    this.#made.add(name);
    return name;
  }

  /** A saved image of each of these names, which the engine has no longer. */
  async archive(file: string, ...images: readonly string[]): Promise<void> {
    await docker(["save", "--output", path.join(this.path, file), ...images], { timeout: 120 });
    for (const name of images) await docker(["rmi", "--force", name]);
  }

  /** A folder with a Dockerfile. */
  context(name: string, dockerfile: string): string {
    const folder = path.join(this.path, name);
    mkdirSync(folder, { recursive: true });
    this.file(path.join(name, "Dockerfile"), dockerfile);
    return folder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#made) await docker(["rmi", "--force", name]).catch(() => undefined);
    this[Symbol.dispose]();
  }
}

/** What becomes of a cluster whose masters have an image of this source. */
async function resolved(image: ImageSource, said: string[] = []): Promise<string> {
  const spec = clusterSpec({
    masters: { count: 1, version: "1.8.0", image, flags: {}, env: {} },
    agents: [agentGroup()],
  });
  const say = (line: string): void => void said.push(line);
  return resolveImages(spec, { say, signal: undefined }).then(
    ({ masters }) => masters?.id ?? "",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe("images of the user's own", function () {
  const sources = new Sources();
  const name = uniqueName("own");
  const images = new Set<string>();
  let base: string;

  before(async () => {
    base = (await simulatorImage("1.8.0-rc3", quietErrand)).id;
  });
  after(async () => {
    await cli(["down", name]);
    for (const id of images) await docker(["rmi", "--force", id]).catch(() => undefined);
    await sources[Symbol.asyncDispose]();
  });

  const file = (mesos: string, agents: string): string =>
    sources.file(
      "cluster.yaml",
      `apiVersion: mesos-matrix/v1\nkind: Cluster\nname: ${name}\ncluster:\n  mesos: ${mesos}\n  agents: [${agents}]\n  timings: fast\n`,
    );
  const archived = `image: { archive: "${sources.path}/mesos-{version}.tar" }`;
  const built = `{ resources: "cpus:1;mem:256", image: { build: { context: "${sources.path}/agent-{version}", args: { FROM: "1.8.0-rc3" } } } }`;
  const facts = async (node: string): Promise<{ id: string; image: string }> => {
    const format = '{{.Id}} {{.Image}} {{index .Config.Labels "mesos-matrix.image"}}';
    const [id = "", image = "", label = ""] = (
      await docker(["inspect", "--format", format, `${name}-${node}`])
    )
      .trim()
      .split(" ");
    images.add(image);
    return { id, image: label };
  };

  it("make a cluster of a commit: the masters of an archive, the agents of a Dockerfile", async () => {
    await sources.archive(`mesos-${commit}.tar`, await sources.image("1.8.0-rc3"));
    const dockerfile = `FROM ${base}\nARG FROM\nENV SIMULATED_MESOS=$FROM\nCOPY note /note\n`;
    sources.context(`agent-${commit}`, dockerfile);
    sources.file(`agent-${commit}/note`, "first");
    const cluster = file(`{ commit: "${commit}", base: "1.8.0-rc3", ${archived} }`, built);
    const up = await cli(["up", cluster]);
    assert.equal(up.code, 0, up.stderr);
    assert.match(up.stderr, /loading .*mesos-acefa90695a3\.tar \(\d+ MB\)/);
    assert.match(up.stderr, /building mesos-matrix\/build:[0-9a-f]{12} of .*agent-acefa90695a3/);
    const [master, agent] = [await facts("master-1"), await facts("agent-1")];
    assert.match(master.image, /^mesos-matrix\/archive:[0-9a-f]{12}$/);
    assert.match(agent.image, /^mesos-matrix\/build:[0-9a-f]{12}$/);
    const version = await (await fetch(`http://${await addressOf(`${name}-master-1`, 5050)}/version`)).json();
    assert.equal((version as { git_sha: string }).git_sha, commit);

    // Another file in the build's folder is another image; the archive is loaded once.
    sources.file(`agent-${commit}/note`, "second");
    const again = await cli(["up", cluster, "--yes"]);
    assert.equal(again.code, 0, again.stderr);
    assert.doesNotMatch(again.stderr, /loading/);
    assert.deepEqual(await facts("master-1"), master);
    assert.notEqual((await facts("agent-1")).image, agent.image);
  });

  it("that hold another commit, or another candidate of the same release, are found out by readiness", async () => {
    const [from, to] = ["mesos-acefa90695a3.tar", "mesos-1.8.0-rc1.tar"];
    renameSync(path.join(sources.path, from), path.join(sources.path, to));
    const candidate = file(`{ version: "1.8.0-rc1", ${archived} }`, "{}");
    const wrong = await cli(["up", candidate, "--yes"]);
    assert.equal(wrong.code, 1, wrong.stderr);
    assert.match(
      wrong.stderr,
      /master-1 runs Mesos 1\.8\.0 \(commit acefa90695a3\), but 1\.8\.0-rc1 was asked for/,
    );
    renameSync(path.join(sources.path, to), path.join(sources.path, "mesos-0123456789ab.tar"));
    const between = file(`{ commit: "0123456789ab", base: "1.8.0-rc3", ${archived} }`, "{}");
    const other = await cli(["up", between, "--yes"]);
    assert.equal(other.code, 1, other.stderr);
    assert.match(
      other.stderr,
      /master-1 runs Mesos 1\.8\.0 of commit acefa90695a3, but commit 0123456789ab was asked for/,
    );
  });

  it("of an archive that is none, holds two images or is not there, are refused with what makes one", async () => {
    const archive = (file: string): ImageSource => ({ kind: "archive", file: path.join(sources.path, file) });
    assert.match(
      await resolved(archive("none.tar")),
      /there is no file .*none\.tar; docker save -o none\.tar/,
    );
    assert.match(await resolved(archive(".")), /is no file, and must be a saved image/);
    sources.file("text.tar", "no archive at all");
    assert.match(await resolved(archive("text.tar")), /the engine takes .*text\.tar for no saved image/);
    await sources.archive("two.tar", await sources.image("1.8.0"), await sources.image("1.9.0"));
    assert.match(
      await resolved(archive("two.tar")),
      /two\.tar holds 2 images .*save the one that is meant alone/,
    );
  });

  it("of a Dockerfile that cannot be built are refused with the last lines of its build", async () => {
    const build = (context: string): ImageSource => ({
      kind: "build",
      context,
      dockerfile: undefined,
      args: {},
    });
    assert.match(await resolved(build(path.join(sources.path, "nowhere"))), /there is no folder .*nowhere/);
    mkdirSync(path.join(sources.path, "empty"));
    assert.match(await resolved(build(path.join(sources.path, "empty"))), /there is no .*empty\/Dockerfile/);
    const failing = sources.context("failing", `FROM ${base}\nRUN echo made-up-reason >&2 && exit 7\n`);
    const said: string[] = [];
    const text = await resolved(build(failing), said);
    const commands = await docker(["container", "ls", "--all", "--no-trunc", "--format", "{{.Command}}"]);
    assert.doesNotMatch(commands, /made-up-reason/, "the container of the step that failed is gone");
    assert.match(text, /the image cannot be built:[^]*made-up-reason[^]*returned a non-zero code: 7/);
    assert.ok(
      said.some((line) => line.includes("Step 2")),
      said.join("\n"),
    );
  });
});

import assert from "node:assert/strict";
import { refreshVariable } from "../../automation/images/kept";
import { simulatorImage } from "../../automation/images/simulator";
import { docker } from "../../readiness/docker";
import { quietErrand, Scratch, uniqueName } from "../e2e/harness";
import { addressOf } from "./mesos";
import { LocalRegistry } from "./registry";
import { TestStack } from "./stack";

describe("a stack whose images are a registry's", function () {
  const stack = new TestStack();
  let registry: LocalRegistry;
  const made: string[] = [];

  /** An image that holds a Mesos 1.7.1 under the vendor's names; `mark` makes it another one. */
  async function publish(mark: string): Promise<void> {
    using scratch = new Scratch();
    const { id } = await simulatorImage("1.7.1", quietErrand);
    scratch.file("Dockerfile", `FROM ${id}\nENV SIMULATED_MESOS=1.7.1\nLABEL mark=${mark}\n`);
    const name = `mesos-matrix-test/${mark}`;
    await docker(["build", "--quiet", "--tag", name, scratch.path], { timeout: 120 });
    made.push(name);
    for (const role of ["mesos-master", "mesos-slave"]) await registry.push(`mesosphere/${role}:1.7.1`, name);
  }

  /** What a preview would do to containers, by name. */
  async function touched(): Promise<string[]> {
    const preview = JSON.parse(await stack.must("preview", "--json")) as {
      steps: { op: string; urn: string }[];
    };
    return preview.steps
      .filter(({ op, urn }) => op !== "same" && urn.includes("docker:index/container"))
      .map(({ urn }) => urn.split("::").at(-1) ?? "")
      .sort();
  }

  async function asking<T>(work: () => Promise<T>): Promise<T> {
    process.env[refreshVariable] = "true";
    try {
      return await work();
    } finally {
      Reflect.deleteProperty(process.env, refreshVariable);
    }
  }

  before(async () => {
    registry = await LocalRegistry.start();
    await publish(uniqueName("first"));
    stack.configure({
      mesos: { version: "1.7.1", image: "mesosphere" },
      registry: registry.address,
      timings: "fast",
      readyTimeout: "4m",
    });
    await stack.init();
  });
  after(async () => {
    await stack[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
    for (const name of made) await docker(["rmi", "--force", name]).catch(() => undefined);
  });

  it("comes up from the vendor's names in the mirror", async () => {
    await stack.must("up", "--yes", "--skip-preview");
    const master = `${stack.name}-master-1`;
    const text = await (await fetch(`http://${await addressOf(master, 5050)}/version`)).text();
    assert.equal((JSON.parse(text) as { version: string }).version, "1.7.1");
    const label = await docker([
      "inspect",
      "--format",
      '{{index .Config.Labels "mesos-matrix.image"}}',
      master,
    ]);
    assert.equal(label.trim(), `${registry.address}/mesosphere/mesos-master:1.7.1`);
  });

  it("shows a tag that moved as a change only when registries are asked again, and needs none otherwise", async () => {
    await publish(uniqueName("second"));
    // Somebody pulls it by hand; the stack keeps what it was made of.
    await docker(["pull", "--quiet", `${registry.address}/mesosphere/mesos-master:1.7.1`]);
    await registry.stop();
    assert.deepEqual(await touched(), []);
    await registry.start();
    assert.deepEqual(await asking(touched), ["agent-1", "master-1"]);
    await asking(() => stack.must("up", "--yes", "--skip-preview"));
    assert.deepEqual(await touched(), []);
  });
});

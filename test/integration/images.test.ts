import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { resolveImages, type Resolving } from "../../automation/images/resolve";
import type { ClusterSpec, ImageSource, RegistrySpec } from "../../config/spec";
import type { PlanInputs } from "../../plan/inputs";
import { docker } from "../../readiness/docker";
import { Scratch, uniqueName } from "../e2e/harness";
import { agentGroup, clusterSpec } from "../unit/fixtures";
import { LocalRegistry, robot, tinyImage } from "./registry";

const quiet: Resolving = { say: () => undefined, signal: undefined };

/** A cluster whose masters have an image of this source, and the agents the same. */
function spec(version: string, image: ImageSource, registry?: RegistrySpec): ClusterSpec {
  return clusterSpec({
    masters: { count: 1, version, image, flags: {}, env: {} },
    agents: [agentGroup({ version, image })],
    registry,
  });
}

async function refusal(resolved: Promise<unknown>): Promise<string> {
  return resolved.then(
    () => assert.fail("an image was found"),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe("images of a registry", function () {
  let registry: LocalRegistry;
  let mirror: RegistrySpec;
  let first: string;
  const mesosphere = { kind: "mesosphere" } as const;

  before(async () => {
    registry = await LocalRegistry.start();
    mirror = { address: registry.address, login: undefined };
    first = await tinyImage(uniqueName("first"));
    for (const name of ["mesos-master", "mesos-slave"]) {
      for (const tag of ["1.7.1", "1.5.0", "0.28.2-2.0.27.ubuntu1404", "1.4.0-2.0.1.ubuntu1404"])
        await registry.push(`mesosphere/${name}:${tag}`, first);
    }
    await registry.push("library/zookeeper:3.9.5", first);
  });
  after(async () => {
    await registry[Symbol.asyncDispose]();
    await docker(["rmi", "--force", first]).catch(() => undefined);
  });

  it("are pulled by the vendor's name and the version, from the mirror", async () => {
    const cluster = { ...spec("0.28.2", mesosphere, mirror), zookeeper: { count: 1, version: "3.9.5" } };
    const { masters, "agents[0]": agents, zookeeper } = await resolveImages(cluster, quiet);
    const reference = `${registry.address}/mesosphere/mesos-master:0.28.2-2.0.27.ubuntu1404`;
    assert.equal(masters?.reference, reference);
    assert.match(masters.digest ?? "", /^127\.0\.0\.1:\d+\/mesosphere\/mesos-master@sha256:[0-9a-f]{64}$/);
    assert.equal(masters.id, first);
    assert.equal(masters.source, "registry");
    assert.match(masters.platform, /^linux\/\w+$/);
    assert.equal(agents?.reference.split("/")[2], "mesos-slave:0.28.2-2.0.27.ubuntu1404");
    assert.equal(zookeeper?.reference, `${registry.address}/library/zookeeper:3.9.5`);
    // The second time the engine has them.
    assert.equal((await resolveImages(cluster, quiet)).masters?.source, "engine");
  });

  it("are found by the tags that the vendor gave, where none is known for the version", async () => {
    const { masters } = await resolveImages(spec("1.4.0", mesosphere, mirror), quiet);
    assert.equal(masters?.reference, `${registry.address}/mesosphere/mesos-master:1.4.0-2.0.1.ubuntu1404`);
  });

  it("that are not there are told with the near tags and the other sources", async () => {
    const text = await refusal(resolveImages(spec("1.5.3", mesosphere, mirror), quiet));
    assert.match(text, /there is no image 127\.0\.0\.1:\d+\/mesosphere\/mesos-master:1\.5\.3/);
    assert.match(text, /the tags near 1\.5\.3 are 1\.5\.0, 1\.7\.1/);
    assert.match(text, /archive: .*installTree: .*simulator/);
    const custom = { kind: "custom", repository: "mesosphere/mesos-slave", tag: "1.7.2" } as const;
    assert.match(
      await refusal(resolveImages(spec("1.7.1", custom, mirror), quiet)),
      /tags near 1\.7\.2 are 1\.7\.1/,
    );
    const nobody = { kind: "custom", repository: "nobody/nothing", tag: "1" } as const;
    assert.match(await refusal(resolveImages(spec("1.7.1", nobody, mirror), quiet)), /no tags at all/);
  });

  it("are kept: a tag that moved changes nothing until registries are asked again, which is told", async () => {
    const tag = uniqueName("moving");
    const second = await tinyImage(uniqueName("second"));
    await registry.push(`my/mesos:${tag}`, first);
    const cluster = spec("1.7.1", { kind: "custom", repository: "my/mesos", tag }, mirror);
    const kept = await resolveImages(cluster, quiet);
    assert.equal(kept.masters?.id, first);
    await registry.push(`my/mesos:${tag}`, second);
    assert.equal((await resolveImages(cluster, { ...quiet, kept })).masters?.id, first);
    // Not even a name that somebody moves on the engine does.
    await docker(["pull", "--quiet", `${registry.address}/my/mesos:${tag}`]);
    assert.deepEqual(await resolveImages(cluster, { ...quiet, kept }), kept);
    const said: string[] = [];
    const asked: Resolving = { say: (line) => said.push(line), signal: undefined, kept, refresh: true };
    const { masters } = await resolveImages(cluster, asked);
    assert.equal(masters?.id, second);
    assert.ok(
      said.includes(`masters: ${masters.reference} is ${second} now, and was ${first}`),
      said.join("\n"),
    );
    assert.notEqual(masters.digest, kept.masters.digest);
    // Another version is another question.
    const other = spec(
      "1.7.1",
      { kind: "custom", repository: "mesosphere/mesos-slave", tag: "1.5.0" },
      mirror,
    );
    assert.match((await resolveImages(other, { ...quiet, kept })).masters?.reference ?? "", /1\.5\.0$/);
    await docker(["rmi", "--force", second]);
  });

  it("that the engine lost come again by their digest, whatever the tag names now", async () => {
    const tag = uniqueName("lost");
    const old = await tinyImage(uniqueName("old"));
    const young = await tinyImage(uniqueName("young"));
    await registry.push(`my/mesos:${tag}`, old);
    const cluster = spec("1.7.1", { kind: "custom", repository: "my/mesos", tag }, mirror);
    const kept = await resolveImages(cluster, quiet);
    await registry.push(`my/mesos:${tag}`, young);
    await docker(["rmi", "--force", old]);
    assert.deepEqual(await resolveImages(cluster, { ...quiet, kept }), kept);
    assert.equal((await docker(["image", "inspect", "--format", "{{.Id}}", old])).trim(), old);
    await docker(["rmi", "--force", old, young]);
  });

  it("need no registry once they are kept or on the engine; without one the message names who does not answer", async () => {
    const cluster = spec("1.7.1", mesosphere, mirror);
    const kept = await resolveImages(cluster, quiet);
    await registry.stop();
    try {
      assert.deepEqual(await resolveImages(cluster, { ...quiet, kept }), kept);
      assert.equal((await resolveImages(cluster, quiet)).masters?.source, "engine");
      for (const [resolving, version] of [
        [quiet, "1.6.2"],
        [{ ...quiet, kept, refresh: true }, "1.7.1"],
      ] as const) {
        const text = await refusal(resolveImages(spec(version, mesosphere, mirror), resolving));
        assert.match(
          text,
          new RegExp(`no registry answers for ${registry.address}/mesosphere/mesos-master:${version}`),
        );
        assert.match(text, /refused/);
        assert.match(text, /other sources: custom/);
      }
    } finally {
      await registry.start();
    }
  });
});

describe("images of a registry that wants a login", function () {
  let registry: LocalRegistry;
  let image: string;
  const variable = "MESOS_MATRIX_TEST_REGISTRY_PASSWORD";
  const custom = { kind: "custom", repository: "my/mesos", tag: "1.7.1" } as const;
  const login = (password: string): RegistrySpec => {
    process.env[variable] = password;
    return {
      address: registry.address,
      login: { username: robot.username, password: { secret: { env: variable } } },
    };
  };

  before(async () => {
    registry = await LocalRegistry.start({ login: true });
    image = await tinyImage(uniqueName("private"));
    await registry.push("my/mesos:1.7.1", image);
  });
  after(async () => {
    Reflect.deleteProperty(process.env, variable);
    await registry[Symbol.asyncDispose]();
    await docker(["rmi", "--force", image]).catch(() => undefined);
  });

  it("are refused without one, and with a wrong one, each with what to look at", async () => {
    const without = { address: registry.address, login: undefined };
    const text = await refusal(resolveImages(spec("1.7.1", custom, without), quiet));
    assert.match(text, /wants a login, .*registry: \{ address, username, password \}, or docker login 127/);
    const wrong = await refusal(resolveImages(spec("1.7.1", custom, login("wrong-one-9")), quiet));
    assert.match(wrong, /refuses the login of robot; look at registry: username and password/);
    assert.doesNotMatch(wrong, /wrong-one-9/);
  });

  it("come with the right one, which stands in no words of a command, no settings and no answer", async () => {
    using scratch = new Scratch();
    const log = path.join(scratch.path, "words");
    const real = (process.env.PATH ?? "")
      .split(":")
      .map((folder) => path.join(folder, "docker"))
      .find((file) => existsSync(file));
    chmodSync(
      scratch.file("docker", `#!/bin/sh\necho "$@" >>${log}\nenv >>${log}\nexec ${real ?? ""} "$@"\n`),
      0o755,
    );
    const before = process.env.PATH;
    const spoken: string[] = [];
    let images: PlanInputs["images"];
    try {
      process.env.PATH = `${scratch.path}:${before ?? ""}`;
      const registrySpec = login(robot.password);
      images = await resolveImages(spec("1.7.1", custom, registrySpec), {
        say: (line) => spoken.push(line),
        signal: undefined,
      });
    } finally {
      process.env.PATH = before;
    }
    assert.equal(images.masters?.id, image);
    const secret = [robot.password, Buffer.from(`${robot.username}:${robot.password}`).toString("base64")];
    const words = readFileSync(log, "utf8").replaceAll(`${variable}=${robot.password}`, "");
    assert.match(words, /--config \S+ pull/);
    const inspected = await docker(["image", "inspect", image]);
    for (const text of [words, spoken.join("\n"), JSON.stringify(images), inspected])
      for (const part of secret) assert.equal(text.includes(part), false, text.slice(0, 200));
    // The folder with the login is gone.
    const [, folder = ""] = /--config (\S+) pull/.exec(words) ?? [];
    assert.throws(() => readFileSync(path.join(folder, "config.json")));
  });

  it("are listed with the login, where a tag is not there", async () => {
    const missing = { ...custom, tag: "1.7.2" };
    const text = await refusal(resolveImages(spec("1.7.1", missing, login(robot.password)), quiet));
    assert.match(text, /the tags near 1\.7\.2 are 1\.7\.1/);
  });
});

import assert from "node:assert/strict";
import { deliver } from "../../automation/images/deliver";
import { findImage } from "../../automation/images/engine";
import { resolveImages } from "../../automation/images/resolve";
import { prepareCells } from "../../automation/run/prepare";
import type { CellSpec } from "../../config/spec";
import { docker } from "../../readiness/docker";
import { SshLink } from "../../readiness/ssh";
import { uniqueName } from "../e2e/harness";
import { agentGroup, clusterSpec } from "../unit/fixtures";
import { Lab } from "../lab/lab";
import { LocalRegistry, tinyImage } from "./registry";

describe("an image", function () {
  let registry: LocalRegistry;
  const ids: string[] = [];

  before(async () => {
    registry = await LocalRegistry.start();
  });
  after(async () => {
    await registry[Symbol.asyncDispose]();
    for (const id of ids) await docker(["rmi", "--force", id]).catch(() => undefined);
  });

  /** A repository of the registry that holds a new image. */
  const published = async (): Promise<string> => {
    const name = uniqueName("once");
    const id = await tinyImage(name);
    ids.push(id);
    await registry.push(`my/${name}:1.7.1`, id);
    await docker(["rmi", "--force", id]);
    return `my/${name}`;
  };

  it("is pulled once for all cells of a run, before any of them starts", async () => {
    const image = { kind: "custom", repository: await published(), tag: "1.7.1" } as const;
    const cluster = clusterSpec({
      registry: { address: registry.address, login: undefined },
      masters: { ...clusterSpec().masters, version: "1.7.1", image },
      agents: [agentGroup({ version: "1.7.1" })],
    });
    const cell: CellSpec = { coordinates: {}, displayName: "x", cluster, refused: [], warnings: [] };
    const cells = Array.from({ length: 6 }, (_, index) => ({ cell, index }));
    const test = { command: ["true"], image: undefined, timeout: 1, env: {}, junit: undefined };
    const said: string[] = [];
    const { images } = await prepareCells(
      { run: "r", test, cells },
      { say: (line) => said.push(line), signal: undefined },
    );
    assert.equal(images.size, 6);
    for (const found of images.values()) {
      assert.ok(typeof found === "object", JSON.stringify(found));
      assert.equal(found.masters?.source, "registry");
    }
    assert.equal(
      said.filter((line) => line.endsWith(`pulling ${registry.address}/${image.repository}:1.7.1`)).length,
      1,
      said.join("\n"),
    );
  });

  it("is brought to a host once, from this machine where its registry does not answer there", async () => {
    await using lab = await Lab.start([{}]);
    const host = lab.host(1);
    const image = { kind: "custom", repository: await published(), tag: "1.7.1" } as const;
    const cluster = clusterSpec({
      registry: { address: registry.address, login: undefined },
      masters: { ...clusterSpec().masters, version: "1.7.1", image },
    });
    const { masters } = await resolveImages(cluster, { say: () => undefined, signal: undefined });
    assert.ok(masters !== undefined);
    const login = {
      ...{ address: host.address, port: 22, user: "root", identity: lab.identity },
      ...{ hostKey: undefined, knownHosts: lab.knownHosts() },
    };
    const link = await SshLink.open({ key: "h1", login });
    try {
      const said: string[] = [];
      const delivery = { say: (line: string) => said.push(line), signal: undefined, registry: undefined };
      const to = { key: "h1", engine: link.engine };
      assert.equal(await deliver(masters, to, delivery), "sent");
      assert.match(said.join("\n"), /h1: its engine gets nothing from the registry[^]*h1: sending /);
      assert.equal((await findImage(masters.id, link.engine))?.id, masters.id);
      said.length = 0;
      assert.equal(await deliver(masters, to, delivery), "present");
      assert.deepEqual(said, []);
    } finally {
      await link.close();
    }
  });
});

import assert from "node:assert/strict";
import { ImageDelivery } from "../../components/hosts/image-delivery";
import type { SshHostPlan } from "../../plan/types";
import { sshTarget } from "../unit/fixtures";
import { clearText, graphOf, type Registered } from "./graph";

const [target] = sshTarget().hosts;
assert.ok(target);
const host: SshHostPlan = { kind: "ssh", key: "h1", login: target.login, ip: "192.0.2.10" };
const image = { id: "sha256:0a1b", reference: "registry.example:5000/mesos:1", program: "/deliver.js" };
const address = "registry.example:5000";

async function delivered(login: { username: string; password: string } | undefined): Promise<Registered> {
  const graph = await graphOf(() => {
    new ImageDelivery("image", {
      ...image,
      host,
      connection: { engine: "ssh://h1" },
      registry: { address, login },
    });
  });
  const found = graph.find(({ type }) => type === "command:local:Command");
  assert.ok(found);
  return found;
}

describe("ImageDelivery", () => {
  it("tells the host's errand of the registry and the login there, as a secret of the state", async () => {
    const login = { username: "robot", password: "planted-9b1c" };
    const { inputs } = await delivered(login);
    const { value } = inputs.stdin as { value: string };
    assert.deepEqual((JSON.parse(value) as { registry: unknown }).registry, { address, login });
    assert.doesNotMatch(JSON.stringify(clearText(inputs)), /planted-9b1c/);
  });

  it("keeps nothing secret where there is no login", async () => {
    const { inputs } = await delivered(undefined);
    assert.deepEqual((JSON.parse(inputs.stdin as string) as { registry: unknown }).registry, { address });
    assert.deepEqual(inputs.triggers, [image.id]);
  });
});

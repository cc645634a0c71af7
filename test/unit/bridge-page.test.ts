import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { BridgeStatus } from "../../bridge/bridge";
import { servePage } from "../../bridge/page";

const fresh: BridgeStatus = {
  ...{ marathons: ["http://10.0.0.1:8080"], marathon: "http://10.0.0.1:8080", stream: "open" },
  ...{ lastSync: "2026-01-31T12:00:00.000Z", staleSeconds: 3, stale: false, failing: false, reloads: 1 },
  ...{ lastError: undefined, services: [], refused: [], notes: [] },
};

/** Answers of the page for this status, by path. */
async function pages(
  status: BridgeStatus,
  paths: readonly string[],
): Promise<{ code: number; text: string }[]> {
  const server = servePage(0, { status: () => status, config: () => "global\n" });
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    return await Promise.all(
      paths.map(async (path) => {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`);
        return { code: answer.status, text: await answer.text() };
      }),
    );
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

describe("the bridge's page", () => {
  it("is healthy while the routes are fresh, and says how old they are when they are not", async () => {
    const [good] = await pages(fresh, ["/health"]);
    assert.equal(good?.code, 200);
    const [stale, check, json] = await pages({ ...fresh, stale: true, staleSeconds: 61.4 }, [
      ...["/health", "/_haproxy_health_check", "/status"],
    ]);
    assert.deepEqual([stale?.code, check?.code, json?.code], [503, 503, 200]);
    assert.match(stale?.text ?? "", /^stale: last full look at Marathon 61 s ago/);
  });

  it("is not healthy before Marathon has answered once", async () => {
    const [page] = await pages({ ...fresh, stale: true, staleSeconds: undefined, lastSync: undefined }, [
      "/health",
    ]);
    assert.equal(page?.code, 503);
    assert.match(page.text, /^starting/);
  });

  it("lets no id, label or error become markup", async () => {
    const evil = '<script>alert("1")</script>';
    const refused = [{ app: evil, why: `label ${evil}` }];
    const lastError = { at: "2026-01-31T12:00:00.000Z", text: evil };
    const [page] = await pages({ ...fresh, refused, notes: refused, lastError }, ["/"]);
    assert.doesNotMatch(page?.text ?? "", /<script/);
    assert.match(page?.text ?? "", /&lt;script&gt;/);
  });

  it("gives HAProxy's configuration where marathon-lb has it, and nothing else", async () => {
    const [config, none] = await pages(fresh, ["/_haproxy_getconfig", "/etc/passwd"]);
    assert.equal(config?.text, "global\n");
    assert.equal(none?.code, 404);
  });
});

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { datagrams } from "../../readiness/datagrams";

type Link = Parameters<typeof datagrams>[0];

/** A host that is this machine. */
const here: Link = {
  try: (program = "", ...words) =>
    new Promise((resolve) => {
      execFile(program, words, { timeout: 20_000 }, (error, stdout, stderr) => {
        resolve({
          code: error === null ? 0 : typeof error.code === "number" ? error.code : 127,
          stdout,
          stderr,
        });
      });
    }),
};

describe("a datagram that a host sends", () => {
  it("arrives whole, whatever bytes are in it, and so does the answer", async () => {
    const server = createSocket("udp4");
    server.bind(0, "127.0.0.1");
    await once(server, "listening");
    const got: Buffer[] = [];
    server.on("message", (message, { port, address }) => {
      got.push(message);
      server.send(Buffer.from(message).reverse(), port, address);
    });
    try {
      const send = await datagrams(here, { address: "127.0.0.1", port: server.address().port });
      assert.ok(send);
      const every = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      assert.deepEqual(await send(every), Buffer.from(every).reverse());
      assert.deepEqual(got, [every]);
    } finally {
      server.close();
    }
  });

  it("that is not answered says so", async () => {
    const silent = createSocket("udp4");
    silent.bind(0, "127.0.0.1");
    await once(silent, "listening");
    try {
      const send = await datagrams(here, { address: "127.0.0.1", port: silent.address().port });
      await assert.rejects(async () => send?.(Buffer.from("x")), /no answer over UDP/);
    } finally {
      silent.close();
    }
  });

  it("is none where the host has no bash", async () => {
    const bare: Link = { try: () => Promise.resolve({ code: 127, stdout: "", stderr: "bash: not found" }) };
    assert.equal(await datagrams(bare, { address: "127.0.0.1", port: 53 }), undefined);
  });
});

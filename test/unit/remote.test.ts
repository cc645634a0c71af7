import assert from "node:assert/strict";
import { listeningPorts, ownAddresses } from "../../automation/remote/survey";
import { hostFor } from "../../plan/placement";
import { choosePorts, covers, portsFrom, portsText, type TakenPorts } from "../../plan/ports";
import type { ContainerPlan } from "../../plan/types";
import { placements } from "../../config/target-rules";

const login = {
  address: "a",
  port: 22,
  user: "root",
  identity: undefined,
  hostKey: undefined,
  knownHosts: undefined,
};
const hosts = ["h1", "h2", "h3"].map((name, i) => ({
  name,
  ip: `10.0.0.${i + 1}`,
  login,
  roles: placements,
}));

type Wanted = Pick<ContainerPlan, "key" | "host" | "role" | "listen">;
const agent = (n: number, host = "h1"): Wanted => ({
  key: `agent-${n}`,
  host,
  role: "agent",
  listen: [5051],
});
const free: TakenPorts = { ours: () => false, foreign: () => false };
const nothing = (): undefined => undefined;

describe("placement on hosts", () => {
  it("goes round over the hosts that may run a role, and from the last to the first for negative numbers", () => {
    assert.deepEqual(
      [0, 1, 2, 3].map((n) => hostFor(hosts, "agent", n).name),
      ["h1", "h2", "h3", "h1"],
    );
    assert.deepEqual(
      [-1, -2, -3, -4].map((n) => hostFor(hosts, "agent", n).name),
      ["h3", "h2", "h1", "h3"],
    );
  });

  it("leaves out hosts that may not run it", () => {
    const only = hosts.map((host, i) => (i === 1 ? { ...host, roles: ["master" as const] } : host));
    assert.deepEqual(
      [0, 1, 2].map((n) => hostFor(only, "agent", n).name),
      ["h1", "h3", "h1"],
    );
  });
});

describe("ports on hosts", () => {
  it("are the usual ones for the first of a kind, and others for each that shares its host", () => {
    const { ports, taken } = choosePorts([agent(1), agent(2), agent(3, "h2")], () => free, nothing);
    assert.deepEqual(ports["agent-1"], { listen: [5051], tasks: [31_000, 31_099] });
    assert.deepEqual(ports["agent-2"], { listen: [5151], tasks: [31_100, 31_199] });
    assert.deepEqual(ports["agent-3"]?.listen, [5051]);
    assert.deepEqual(taken, []);
  });

  it("keep clear of another cluster of ours", () => {
    const ours = (port: number): boolean => covers({ listen: [5051], tasks: [31_000, 31_099] }, port);
    const { ports, taken } = choosePorts([agent(1)], () => ({ ...free, ours }), nothing);
    assert.deepEqual(ports["agent-1"], { listen: [5151], tasks: [31_100, 31_199] });
    assert.deepEqual(taken, []);
  });

  it("are reported when something that is none of ours holds the usual one", () => {
    const { taken } = choosePorts([agent(1)], () => ({ ...free, foreign: (port) => port === 5051 }), nothing);
    assert.deepEqual(taken, [{ host: "h1", container: "agent-1", port: 5051 }]);
  });

  it("stay what they were for a container that is there, though it holds them itself", () => {
    const own = { listen: [5251] as [number], tasks: [31_200, 31_299] as const };
    const held = (port: number): boolean => port === 5251;
    const { ports, taken } = choosePorts(
      [agent(1)],
      () => ({ ...free, foreign: held }),
      () => own,
    );
    assert.deepEqual(ports["agent-1"], own);
    assert.deepEqual(taken, []);
  });

  it("are never given twice to hundreds of agents of one host", () => {
    const { ports } = choosePorts(
      Array.from({ length: 110 }, (_, i) => agent(i)),
      () => free,
      nothing,
    );
    const all = Object.values(ports).flatMap(({ listen, tasks }) => [...listen, ...(tasks ?? [])]);
    assert.equal(new Set(all).size, all.length);
  });

  it("read back from a label as they were written", () => {
    for (const ports of [
      { listen: [2181, 2888, 3888] as [number, number, number], tasks: undefined },
      { listen: [5051] as [number], tasks: [31_000, 31_099] as const },
    ])
      assert.deepEqual(portsFrom(portsText(ports)), ports);
    assert.equal(portsFrom("none of ours"), undefined);
  });
});

describe("what a host's kernel says", () => {
  it("is which ports are listened on, of TCP only those in that state", () => {
    const tables = [
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
      "   0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1",
      "   1: 0A00000A:13BA 0A00000B:D431 01 00000000:00000000 00:00000000 00000000     0        0 2 1",
      "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops",
      "  99: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3 2 0 0",
    ].join("\n");
    assert.deepEqual([...listeningPorts(tables)], [80, 53]);
  });

  it("is which addresses are its own, without the loopback's", () => {
    const table = [
      "Main:",
      "  +-- 0.0.0.0/0 3 0 4",
      "        |-- 10.0.0.0",
      "           /24 link UNICAST",
      "        |-- 10.0.0.11",
      "           /32 host LOCAL",
      "     |-- 127.0.0.1",
      "        /32 host LOCAL",
    ].join("\n");
    assert.deepEqual(ownAddresses(table), ["10.0.0.11"]);
  });
});

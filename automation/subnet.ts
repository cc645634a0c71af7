import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { ipNumber, ipText, subnetBits } from "../plan/addresses";
import { docker } from "../readiness/docker";
import { PreconditionError } from "./precondition";
import { reserve } from "./reservation";

/** Where clusters' networks lie; the later ones serve where a VPN has a route to all of 10.0.0.0/8. */
const pools = [
  { base: ipNumber("10.192.0.0"), bits: 10 },
  { base: ipNumber("172.16.0.0"), bits: 12 },
  { base: ipNumber("192.168.0.0"), bits: 16 },
];
const size = 2 ** (32 - subnetBits);

/**
 * The subnet of a cluster: that of its network if it exists, else a free one, reserved for a while so that
 * clusters made at the same moment do not choose the same.
 */
export async function chooseSubnet(cluster: string): Promise<string> {
  const networks = await engineNetworks();
  const own = networks.find((network) => network.name === `${cluster}-net`)?.subnets[0];
  if (own !== undefined) return own;
  const taken = [...networks.flatMap((network) => network.subnets), ...hostRoutes()].map(range);
  for (const pool of pools) {
    const subnet = freeIn(pool, cluster, taken);
    if (subnet !== undefined) return subnet;
  }
  const names = pools.map(({ base, bits }) => `${ipText(base)}/${bits}`).join(", ");
  throw new PreconditionError(
    `no network of the size /${subnetBits} is free in ${names}: routes or Docker networks of this machine cover them; ` +
      "remove clusters (mesos-matrix ls, down) or networks (docker network ls) that are no longer needed",
  );
}

function freeIn(
  pool: { readonly base: number; readonly bits: number },
  cluster: string,
  taken: readonly (readonly [low: number, high: number])[],
): string | undefined {
  const count = 2 ** (subnetBits - pool.bits);
  const start = createHash("sha256").update(cluster).digest().readUInt32BE(0) % count;
  for (let i = 0; i < count; i++) {
    const first = pool.base + ((start + i) % count) * size;
    const free = taken.every(([low, high]) => high < first || low >= first + size);
    const subnet = `${ipText(first)}/${subnetBits}`;
    if (free && reserve("subnets", subnet.replace("/", "_"), cluster)) return subnet;
  }
  return undefined;
}

async function engineNetworks(): Promise<{ name: string; subnets: string[] }[]> {
  const ids = (await docker(["network", "ls", "--quiet", "--filter", "driver=bridge"]))
    .split("\n")
    .filter(Boolean);
  const format = "{{.Name}} {{range .IPAM.Config}}{{.Subnet}} {{end}}";
  const lines = await Promise.all(
    // One by one: a network may go away between the two commands, and that must not hide the others.
    ids.map((id) => docker(["network", "inspect", "--format", format, id]).catch(() => "")),
  );
  return lines.map((line) => {
    const [name = "", ...subnets] = line.trim().split(/\s+/);
    return { name, subnets: subnets.filter((subnet) => subnet.includes(".")) };
  });
}

/** Networks that this machine has routes to (Linux); elsewhere containers are in a machine of their own. */
function hostRoutes(): string[] {
  let table: string;
  try {
    table = readFileSync("/proc/net/route", "utf8");
  } catch {
    return [];
  }
  return table
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split("\t"))
    .map(([, destination = "", , , , , , mask = ""]) => {
      const bits = littleEndian(mask).toString(2).replaceAll("0", "").length;
      return `${ipText(littleEndian(destination))}/${bits}`;
    })
    .filter((cidr) => !cidr.endsWith("/0"));
}

function range(cidr: string): [low: number, high: number] {
  const [address = "", bits = "32"] = cidr.split("/");
  const low = ipNumber(address);
  return [low, low + 2 ** (32 - Number(bits)) - 1];
}

function littleEndian(hex: string): number {
  return Buffer.from(hex, "hex").readUInt32LE(0);
}

import type { ContainerPlan, Role } from "../types";
import { fastFlags } from "../flags";
import { differences, type Difference } from "./differences";
import type { Owner } from "./owners";
import type { Reason } from "./types";

/** Longest value that is told whole: a list of addresses or a file would hide the rest. */
const mostCharacters = 80;

const product: Readonly<Record<Role, string>> = {
  zookeeper: "ZooKeeper",
  master: "Mesos",
  agent: "Mesos",
  marathon: "Marathon",
  "mesos-dns": "Mesos-DNS",
  "load-balancer": "load balancer",
};

/** What is written otherwise for the containers of an owner, and under which key; each reason once. */
export function reasonsOf(owner: Owner): Reason[] {
  const { versions, before, after } = owner;
  const version =
    versions.before === versions.after || before.length === 0 || after.length === 0
      ? []
      : [
          {
            what: `${product[owner.role]} ${versions.before ?? "?"} -> ${versions.after ?? "?"}`,
            key: `${owner.name}.version`,
          },
        ];
  const count =
    before.length === after.length
      ? []
      : [{ what: `count ${before.length} -> ${after.length}`, key: `${owner.name}.count` }];
  return unique([...count, ...version, ...changedFields(owner)]);
}

function changedFields(owner: Owner): Reason[] {
  const olds = new Map(owner.before.map((container) => [container.key, container]));
  const stayed = owner.after.flatMap((now): [ContainerPlan, ContainerPlan][] => {
    const old = olds.get(now.key);
    return old === undefined ? [] : [[old, now]];
  });
  return stayed.flatMap(([old, now]) => {
    const found = differences(old, now);
    return found.flatMap((difference) => reasonOf(difference, found, owner));
  });
}

/** Flags that say where ZooKeeper is, and flags that follow the address. */
const zookeeperFlags: ReadonlySet<string> = new Set(["zk", "master"]);
const addressFlags: ReadonlySet<string> = new Set(["ip", "hostname", "advertise_ip", "http_address"]);
const own = "mesos-matrix itself";

function reasonOf(difference: Difference, all: readonly Difference[], owner: Owner): Reason[] {
  const { aspect, name, from, to } = difference;
  switch (aspect) {
    case "version":
      return [];
    case "image":
      // Another version has another image: that goes without saying.
      return owner.versions.before === owner.versions.after
        ? [{ what: `image ${change(from, to)}`, key: imageKey(owner) }]
        : [];
    case "program":
      return owner.versions.before === owner.versions.after
        ? [{ what: `program ${change(from, to)}`, key: own }]
        : [];
    case "flag":
      return flagReason(difference, all, owner);
    case "variable":
      return name === "SIMULATED_MESOS"
        ? []
        : [{ what: `${name} ${change(from, to)}`, key: `${owner.name}.env.${name}` }];
    case "file":
      return [fileReason(difference, owner)];
    case "address":
      return [{ what: `address ${change(from, to)}`, key: "the cluster's network" }];
    case "label":
      return [{ what: `label ${name} ${change(from, to)}`, key: labelKeys[name] ?? own }];
    case "setting":
      return [{ what: `${name} ${change(from, to)}`, key: own }];
  }
}

const labelKeys: Readonly<Record<string, string>> = {
  "mesos-matrix.run": "mesos-matrix:run",
  "mesos-matrix.expires": "ttl",
};

function flagReason({ name, from, to }: Difference, all: readonly Difference[], owner: Owner): Reason[] {
  const what = `--${name} ${change(from, to)}`;
  if (name === "quorum") return [{ what: `quorum ${from ?? "?"} -> ${to ?? "?"}`, key: "masters.count" }];
  if (zookeeperFlags.has(name))
    return [{ what: "another list of ZooKeeper servers", key: "zookeeper.count" }];
  // The address itself is told.
  if (addressFlags.has(name) && all.some(({ aspect }) => aspect === "address")) return [];
  if (name === "attributes" || name === "resources") return [{ what, key: `${owner.name}.${name}` }];
  if (name === "cluster") return [{ what, key: "name" }];
  if (isFast(name, from) || isFast(name, to)) {
    const faster = isFast(name, to);
    return [{ what: faster ? "timings default -> fast" : "timings fast -> default", key: "timings" }];
  }
  return [{ what, key: `${owner.name}.flags.${name}` }];
}

function isFast(name: string, value: string | undefined): boolean {
  return fastFlags.some(([names, fast]) => [names].flat().includes(name) && fast === value);
}

function fileReason({ name, from, to }: Difference, owner: Owner): Reason {
  const file = name.split("/").at(-1) ?? name;
  const what =
    from === undefined
      ? `a file for ${file}`
      : to === undefined
        ? `no more file for ${file}`
        : `another file for ${file}`;
  if (name.includes("/flags/")) return { what, key: `${owner.name}.flags.${file}` };
  if (owner.role === "zookeeper") return { what, key: zookeeperFileKey(owner) };
  return { what, key: `${owner.name}.env.${file}` };
}

/** ZooKeeper's files hold the list of servers, the ticks, and what its version can read. */
function zookeeperFileKey({ before, after }: Owner): string {
  if (before.length !== after.length) return "zookeeper.count";
  return before[0]?.image === after[0]?.image ? "timings" : "zookeeper.version";
}

function imageKey({ name, role }: Owner): string {
  return role === "zookeeper" ? "zookeeper.version" : `${name}.image`;
}

function change(from: string | undefined, to: string | undefined): string {
  if (from === undefined) return `set to ${short(to ?? "")}`;
  return to === undefined ? `${short(from)} taken away` : `${short(from)} -> ${short(to)}`;
}

function short(text: string): string {
  const line = text.replaceAll("\n", " ");
  return line.length <= mostCharacters ? line : `${line.slice(0, mostCharacters)}...`;
}

function unique(reasons: readonly Reason[]): Reason[] {
  const seen = new Map(reasons.map((reason) => [`${reason.key}\0${reason.what}`, reason]));
  return [...seen.values()];
}

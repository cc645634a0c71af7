import type { z } from "zod";
import { defaultZookeeper } from "../mesos/zookeeper";
import { clusterSchema } from "./cluster-schema";
import type { ClusterInput } from "./cluster-schema";
import { parseDuration } from "./duration";
import type { Fault, Path } from "./fault";
import { checkFlags } from "./flag-check";
import { buildImage, buildOwnImage } from "./image-source";
import { checkSchema } from "./issues";
import { checkMarathonFlags } from "./marathon-flags";
import { commonVersionPath } from "./mesos-commit";
import { buildRegistry } from "./registry";
import type { AgentGroupSpec, ClusterSpec, MastersSpec } from "./spec";
import { buildServices, serviceFaults, serviceVersionsMissing } from "./services";
import { buildEnv, buildFlags } from "./values";
import { buildTarget, targetFaults } from "./target";
import { isMapping, valueAt } from "./view";
import type { View } from "./view";

const READY_TIMEOUT = 120;

/** What is wrong with a cluster, or what it says. */
export interface ClusterCheck {
  /** Undefined where there is a fault. */
  readonly input: ClusterInput | undefined;
  readonly faults: readonly Fault[];
  /** What nobody has said, though someone must: not worth telling when the parts that might have said it are broken. */
  readonly missing: readonly Fault[];
}

/** Secrets that are known only at run time, by their path in the cluster. */
export type SecretAt = (path: Path) => string | undefined;

/** Checks a cluster as a user wrote it; `home` is the schema of the document in which it stands. */
export function checkCluster(view: View, home: z.ZodType): ClusterCheck {
  const { output, faults: schemaFaults } = checkSchema(clusterSchema, view, home);
  const faults = [
    ...schemaFaults,
    ...checkFlags(view),
    ...checkMarathonFlags(view),
    ...serviceFaults(view),
    ...targetFaults(view),
  ];
  const missing = [...versionsMissing(view), ...serviceVersionsMissing(view)];
  return { input: faults.length + missing.length === 0 ? output : undefined, faults, missing };
}

/** A checked cluster with every default filled in. */
export function buildCluster(
  input: ClusterInput,
  name: string,
  secretAt: SecretAt = () => undefined,
): ClusterSpec {
  const mesos: Exclude<typeof input.mesos, string | undefined> =
    typeof input.mesos === "string" ? { version: input.mesos } : (input.mesos ?? {});
  const role = ({ version, image, flags, env }: RoleInput, path: Path): Role => {
    const known = version ?? mesos.version ?? mesos.base ?? "";
    const commit = version === undefined ? mesos.commit : undefined;
    return {
      version: known,
      commit,
      image: buildImage(image ?? mesos.image ?? "mesosphere", commit ?? known),
      flags: buildFlags(flags, (key) => secretAt([...path, "flags", key])),
      env: buildEnv(env, (key) => secretAt([...path, "env", key])),
    };
  };
  const masters: MastersSpec = {
    count: input.masters?.count ?? 1,
    ...role(input.masters ?? {}, ["masters"]),
  };
  const agents = (input.agents ?? [{}]).map((group, i): AgentGroupSpec => ({
    count: group.count ?? 1,
    // A key of its own for a flag that decides how the agent's container is made.
    ...role(
      group.containerizers === undefined
        ? group
        : { ...group, flags: { containerizers: group.containerizers, ...group.flags } },
      ["agents", i],
    ),
    resources: group.resources,
    attributes: group.attributes ?? {},
  }));
  const zookeeper: Exclude<typeof input.zookeeper, string | undefined> =
    typeof input.zookeeper === "string" ? { version: input.zookeeper } : (input.zookeeper ?? {});
  const servers = zookeeper.count ?? 1;
  return {
    name,
    // A machine for every agent, and for every master and ZooKeeper server, which are spread.
    target: buildTarget(
      input.target,
      Math.max(
        servers,
        masters.count,
        agents.reduce((sum, { count }) => sum + count, 0),
      ),
    ),
    registry: buildRegistry(input.registry, secretAt(["registry", "password"])),
    zookeeper: {
      count: servers,
      version: zookeeper.version,
      image:
        zookeeper.image === undefined
          ? undefined
          : buildOwnImage(zookeeper.image, zookeeper.version ?? defaultZookeeper),
    },
    masters,
    agents,
    ...buildServices(input, secretAt),
    flags: buildFlags(input.flags, (key) => secretAt(["flags", key])),
    timings: input.timings === "fast" ? "fast" : "default",
    allow: [...new Set(input.allow)],
    confirm: [...new Set(input.confirm)],
    readyTimeout: parseDuration(input.readyTimeout ?? "") ?? READY_TIMEOUT,
    ttl: parseDuration(input.ttl ?? ""),
  };
}

type RoleInput = Pick<NonNullable<ClusterInput["masters"]>, "version" | "image" | "flags" | "env">;
type Role = Pick<MastersSpec, "version" | "commit" | "image" | "flags" | "env">;

/** Reads what is there, whatever its form: this must be found out even where the schema finds faults. */
function versionsMissing(view: View): Fault[] {
  const cluster = view.value;
  if (!isMapping(cluster)) return [];
  const given = (path: Path): boolean => valueAt(cluster, path) !== undefined;
  const path = commonVersionPath(cluster);
  // A commit without its base has a fault of its own.
  if (given(path) || given(["mesos", "commit"])) return [];
  const groups = Array.isArray(cluster.agents) ? cluster.agents : [{}];
  const without = [
    ...(given(["masters", "version"]) ? [] : ["the masters"]),
    ...groups.flatMap((_, i) => (given(["agents", i, "version"]) ? [] : [`agents[${i}]`])).slice(0, 5),
  ];
  if (without.length === 0) return [];
  return [
    {
      path: view.toDocument(path),
      at: "value",
      message: `no Mesos version is given for ${without.join(" and ")}`,
      cure: `add ${path.at(-1) ?? ""}: "1.11.0"${path.length > 1 ? " below mesos:" : ""}`,
    },
  ];
}

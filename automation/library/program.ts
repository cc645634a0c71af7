import type { MesosClusterArgs } from "../../components/mesos-cluster";
import type { ClusterSpec } from "../../config/spec";
import { clusterArgs, preparePlan } from "../deploy";

/** What `mesos-matrix` exports: components, plans and their types for anybody's own Pulumi program. */
export { GcpHosts, type GcpHostsArgs } from "../../components/hosts/gcp-hosts";
export { SshHost, type SshHostArgs } from "../../components/hosts/ssh-host";
export { MesosAgent } from "../../components/mesos-agent";
export { MesosCluster, type MesosClusterArgs } from "../../components/mesos-cluster";
export { MesosMaster } from "../../components/mesos-master";
export { ZookeeperEnsemble } from "../../components/zookeeper-ensemble";
export { loadClusterFile as readClusterFile } from "../../config/load";
export { ConfigError, type Problem } from "../../config/problem";
export type { ClusterSpec } from "../../config/spec";
export { planCluster } from "../../plan/cluster";
export type { PlanInputs, ResolvedImage } from "../../plan/inputs";
export type * from "../../plan/types";
export { PreconditionError } from "../precondition";
export { clusterSpec, type ClusterWords } from "./specs";

/** Who owns what a program makes; it stands in the labels of everything. */
export interface ProgramOwnership {
  /** `stack-<name of the stack>` by default; it must not change from one `up` to the next. */
  readonly run?: string;
  /** ISO time after which `mesos-matrix gc` may remove the cluster; undefined: never. */
  readonly expires?: string;
}

/**
 * Finds out what a cluster needs (images, a free network) and gives what `new MesosCluster(name, ...)` takes.
 * @throws PreconditionError where an image cannot be had
 */
export async function prepareCluster(
  spec: ClusterSpec,
  { run = `stack-${spec.name}`, expires }: ProgramOwnership = {},
): Promise<MesosClusterArgs> {
  const errand = { say: () => undefined, signal: undefined };
  return clusterArgs(spec, await preparePlan(spec, { run, cell: spec.name, expires }, errand));
}

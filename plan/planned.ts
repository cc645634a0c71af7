import type { ClusterSpec } from "../config/spec";
import { findVersion } from "../mesos/versions";
import type { PlanInputs, ResolvedImage } from "./inputs";
import type { Place, Places } from "./places";
import { portsText } from "./ports";
import type { ContainerPlan, PortPlan, ReadinessNode, Role, VolumePlan } from "./types";

/** A container that was decided upon, with what goes with it. */
export interface Planned {
  readonly container: ContainerPlan;
  /** Undefined: what it writes may go with it. */
  readonly volume: VolumePlan | undefined;
  /** The tag of Mesos that is asked for, where it is checked. */
  readonly version: string | undefined;
  /** Of a build between tags: the commit that is asked for. */
  readonly commit?: string | undefined;
  /** How a Mesos-DNS is asked; undefined for everything else. */
  readonly dns?: ReadinessNode["dns"];
  /** Whether nothing is known of it but that it answers HTTP. */
  readonly anyAnswer?: boolean;
}

/** What a service beside Mesos must know of the cluster. */
export interface ServiceSurroundings {
  readonly places: Places;
  readonly images: PlanInputs["images"];
  readonly labels: Labels;
  /** `zk://host:port,.../mesos`. */
  readonly zookeeper: string;
  /** `host:port` of every master. */
  readonly masters: readonly string[];
  /** `http://host:port` of every Marathon. */
  readonly marathons: readonly string[];
}

/** Labels of everything that belongs to the cluster. */
export type Labels = Readonly<Record<string, string>>;

/** What every container of a cluster has. */
export function common(
  spec: ClusterSpec,
  key: string,
  role: Role,
  image: ResolvedImage,
  { host, network, address, ports, tasks }: Place,
  labels: Labels,
): Omit<ContainerPlan, "entrypoint" | "argv" | "env" | "publish" | "mounts" | "uploads"> {
  return {
    key,
    name: `${spec.name}-${key}`,
    role,
    host,
    network,
    image: image.id,
    address,
    listen: ports,
    tasks,
    hostMounts: [],
    capabilities: [],
    hostProcesses: false,
    labels: {
      ...labels,
      "mesos-matrix.role": role,
      "mesos-matrix.node": key,
      "mesos-matrix.image": image.reference,
      // Other clusters on the host keep clear of them, and so does this one when it comes up again.
      ...(network === "host" ? { "mesos-matrix.ports": portsText({ listen: ports, tasks }) } : {}),
    },
    // A leading master that loses its ZooKeeper session exits and must come back (docs/high-availability.md).
    restart: "on-failure",
    stopGraceSeconds: 2,
  };
}

export function volumePlan(key: string, name: string, role: Role, { host }: Place): VolumePlan {
  return { key, host, name, role };
}

/** On its host's network a port is the host's already, and stays closed to others. */
export function published({ network, ports }: Place): PortPlan[] {
  return network === "cluster" ? [{ port: ports[0], protocol: "tcp" }] : [];
}

/** What readiness asks of it. */
export function readinessNode({
  container,
  version,
  commit,
  dns,
  anyAnswer = false,
}: Planned): ReadinessNode {
  const reports = version === undefined ? undefined : (findVersion(version)?.reports ?? version);
  const { key, name, host, role, address, listen } = container;
  const port = listen[0] ?? 0;
  const node = { key, container: name, host, role, address, port, version, reports, commit, dns };
  return anyAnswer ? { ...node, anyAnswer: true } : node;
}

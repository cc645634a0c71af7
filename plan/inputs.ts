import type { Placement, SshLogin } from "../config/spec";

/** An image that is on the engine now: what resolving a spec's image source found. */
export interface ResolvedImage {
  /** The question that this answers, in a form that can be compared: the answer holds as long as it stays the same. */
  readonly asked: string;
  /** As people write it: `mesos-matrix/simulator:1f2e...`. */
  readonly reference: string;
  /** `sha256:...`: a tag that moves shows as a change. */
  readonly id: string;
  /** `repository@sha256:...` as its registry names it; undefined where no registry gave it. */
  readonly digest: string | undefined;
  /** `linux/amd64`. */
  readonly platform: string;
  /** Where it was found; `unresolved` stands in a plan that is only looked at. */
  readonly source: "engine" | "registry" | "archive" | "build" | "installTree" | "unresolved";
  /** Environment that this image needs whatever the cluster says. */
  readonly env: Readonly<Record<string, string>>;
}

/** What a plan needs beyond the spec, found out before it is made. */
export interface PlanInputs {
  /** By who runs it, as a user finds it in the file: `zookeeper`, `masters`, `agents[0]`. */
  readonly images: Readonly<Record<string, ResolvedImage>>;
  /** A free /20, for example `10.192.16.0/20`; undefined where the containers use their hosts' networks. */
  readonly subnet: string | undefined;
  /** Undefined for the target `local`. */
  readonly remote: RemoteInputs | undefined;
  /** Undefined where no agent runs Docker tasks. */
  readonly docker?: DockerInputs | undefined;
  readonly ownership: Ownership;
}

/** What was found out of the hosts that ssh reaches, and decided for them. */
export interface RemoteInputs {
  /** In the order of the file, or of the stack that made them. */
  readonly hosts: readonly RemoteHost[];
  /** Free ports for every container, by its key; a container that is not named takes the usual ones. */
  readonly ports: Readonly<Record<string, PortsOf>>;
  /** This machine's address as the hosts see it. */
  readonly callerIp: string;
}

export interface RemoteHost {
  /** As the file or the stack names it: `h1`. */
  readonly name: string;
  /** What may run there. */
  readonly roles: readonly Placement[];
  /** IPv4 address at which the cluster's hosts reach it. */
  readonly ip: string;
  /** With paths that are absolute on this machine. */
  readonly login: SshLogin;
}

/** Ports of a container on its host's network. */
export interface PortsOf {
  /** In the order of `usualPorts`. */
  readonly listen: readonly [number, ...number[]];
  /** First and last port that an agent offers to tasks. */
  readonly tasks: readonly [from: number, to: number] | undefined;
}

/** What was found out for agents that run Docker tasks. */
export interface DockerInputs {
  /** Folder of each host's engine, by the host's key; a host that is not named has the usual one. */
  readonly roots: Readonly<Record<string, string>>;
  /** The host's docker client that is mounted into a group's containers, by owner; the others' images have their own. */
  readonly clients: Readonly<Record<string, string>>;
}

/** Decided once, when a stack is made, and kept in its config. */
export interface Ownership {
  readonly run: string;
  readonly cell: string;
  /** ISO time after which the cluster may be removed; undefined: never. */
  readonly expires: string | undefined;
  /** The process that removes the cluster when it has done with it; undefined: a user does. */
  readonly owner?: string | undefined;
}

/** The image of an owner such as `masters` or `agents[0]`. */
export function imageOf(images: PlanInputs["images"], owner: string): ResolvedImage {
  const image = images[owner];
  if (image === undefined) throw new Error(`no image was resolved for ${owner}`);
  return image;
}

import { lookup } from "node:dns/promises";
import { isIPv4 } from "node:net";
import type { ClusterSpec, SshHostSpec } from "../../config/spec";
import { planCluster } from "../../plan/cluster";
import type { PlanInputs, PortsOf, RemoteHost, RemoteInputs } from "../../plan/inputs";
import { choosePorts, covers, portsFrom, type PortTaken, type TakenPorts } from "../../plan/ports";
import { docker } from "../../readiness/docker";
import { throwTogether, withLinks } from "../../readiness/hosts";
import { HostError, type SshLink } from "../../readiness/ssh";
import { where } from "../../readiness/ssh-failure";
import { reserve, reservedByOther } from "../reservation";
import type { Errand } from "../images/engine";
import { checkHost, type HostCheck } from "./check";
import { usableLogin } from "./logins";
import { poolHosts } from "./pool";
import { addressProblems, survey, type Survey } from "./survey";

/** A host that answered. */
interface Seen {
  readonly link: SshLink;
  readonly host: RemoteHost;
  readonly survey: Survey;
  readonly check: HostCheck;
  readonly containers: readonly Existing[];
}

/** A container of ours on a host. */
interface Existing {
  readonly cluster: string;
  readonly key: string;
  readonly ports: PortsOf;
}

/**
 * Looks at every host of the cluster's target and chooses ports there.
 * @throws HostError with all that is wrong with all hosts
 */
export async function prepareRemote(
  spec: ClusterSpec,
  rest: Omit<PlanInputs, "remote">,
  { say, signal }: Errand,
): Promise<RemoteInputs> {
  const { target } = spec;
  if (target.kind !== "ssh") throw new Error("a target on this machine has no hosts");
  const hosts = target.hostsFrom === undefined ? target.hosts : await poolHosts(target.hostsFrom);
  return withLinks(
    hosts.map((host) => ({ key: host.name, login: usableLogin(host) })),
    async (links) => {
      const tries = await Promise.allSettled(
        hosts.flatMap((host, i) => {
          const link = links[i];
          return link === undefined ? [] : [look(link, spec, host)];
        }),
      );
      const seen = tries.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      throwTogether([
        ...tries.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : [])),
        ...seen.flatMap(({ link, host, survey: found, check }) => [
          ...check.problems,
          ...addressProblems(link, host.ip, found),
        ]),
      ]);
      for (const { check } of seen) for (const plan of check.plans) say(plan);
      return placed(spec, rest, seen);
    },
    signal,
  );
}

/** Chooses ports and reserves them, so that clusters that are made at this moment choose others. */
function placed(spec: ClusterSpec, rest: Omit<PlanInputs, "remote">, seen: readonly Seen[]): RemoteInputs {
  const inputs: RemoteInputs = {
    hosts: seen.map(({ host }) => host),
    ports: {},
    callerIp: seen[0]?.survey.caller ?? "",
  };
  const { containers } = planCluster(spec, { ...rest, remote: inputs });
  const of = (key: string): Seen => {
    const found = seen.find(({ link }) => link.host.key === key);
    if (found === undefined) throw new Error(`nothing is known of host ${key}`);
    return found;
  };
  for (;;) {
    const { ports, taken } = choosePorts(
      containers,
      (key) => takenOn(of(key), spec.name),
      (host, key) => of(host).containers.find((one) => one.cluster === spec.name && one.key === key)?.ports,
    );
    throwTogether(taken.map((one) => portTaken(one, of(one.host))));
    // Another process may have been faster: then it is looked again, and the next ports are taken.
    const won = containers.map(({ key, host }) => {
      const chosen = ports[key];
      const folder = reservations(of(host).host.ip);
      return (
        chosen === undefined ||
        [...chosen.listen, ...(chosen.tasks ?? [])].every((port) => reserve(folder, String(port), spec.name))
      );
    });
    if (won.every(Boolean)) return { ...inputs, ports };
  }
}

function takenOn({ host, survey: found, containers }: Seen, cluster: string): TakenPorts {
  const others = containers.filter((one) => one.cluster !== cluster);
  const folder = reservations(host.ip);
  return {
    ours: (port) =>
      others.some(({ ports }) => covers(ports, port)) || reservedByOther(folder, String(port), cluster),
    foreign: (port) => found.listening.has(port) && !containers.some(({ ports }) => covers(ports, port)),
  };
}

function reservations(ip: string): string {
  return `ports-${ip}`;
}

function portTaken({ container, port }: PortTaken, { link }: Seen): HostError {
  return new HostError(
    `${where(link.host)}: port ${port}, which ${container} needs, is taken: something else listens there; stop that, or run ${container} on another host (roles:)`,
  );
}

async function look(
  link: SshLink,
  spec: ClusterSpec,
  { name, roles, privateAddress }: SshHostSpec,
): Promise<Seen> {
  const [found, check] = await Promise.all([survey(link), checkHost(link, spec)]);
  // Where something is missing, it may be the engine.
  const whole = check.problems.length + check.plans.length === 0;
  const containers = await existing(link.engine).catch((error: unknown) => {
    if (whole) throw error;
    return [];
  });
  const ip = privateAddress ?? (await addressOf(link));
  return { link, host: { name, roles, ip, login: link.host.login }, survey: found, check, containers };
}

async function addressOf({ host }: SshLink): Promise<string> {
  const { address } = host.login;
  if (isIPv4(address)) return address;
  try {
    return (await lookup(address, { family: 4 })).address;
  } catch (error) {
    // ssh got in by another way than the name's address: by a jump host, or a name of its own configuration.
    const cure = "write the IPv4 address at which the other hosts reach it as privateAddress:";
    throw new HostError(`${where(host)}: no name server knows an IPv4 address of ${address}; ${cure}`, {
      cause: error,
    });
  }
}

async function existing(engine: string): Promise<Existing[]> {
  const labels = ["cluster", "node", "ports"].map((name) => `{{.Label "mesos-matrix.${name}"}}`).join("\t");
  const filter = ["--all", "--filter", "label=mesos-matrix.ports", "--format", labels];
  const listed = await docker(["container", "ls", ...filter], { engine });
  return listed.split("\n").flatMap((line) => {
    const [cluster = "", key = "", text = ""] = line.split("\t");
    const ports = portsFrom(text);
    return ports === undefined ? [] : [{ cluster, key, ports }];
  });
}

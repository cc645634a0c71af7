import type { SshHostPlan } from "../../plan/types";
import { NoEngineError } from "../../readiness/docker";
import { HostError, SshLink } from "../../readiness/ssh";
import { where } from "../../readiness/ssh-failure";
import { recordedHosts } from "./host-record";

/** An engine that is asked, and the host it is on; both undefined for this machine's. */
export interface Engine {
  readonly engine: string | undefined;
  readonly host: SshHostPlan | undefined;
}

/** What was found on the engines that answered, and why the others did not. */
export interface Everywhere<T> {
  readonly found: readonly T[];
  readonly unreachable: readonly { readonly host: SshHostPlan; readonly why: string }[];
}

/** Asks this machine's engine and that of every host of the cluster; a host that is away hides no other. */
export function onEngines<T>(cluster: string, ask: (engine: Engine) => Promise<T>): Promise<Everywhere<T>> {
  return onHosts(recordedHosts(cluster), ask, true);
}

/** The same for hosts, and this machine only if wanted. */
export async function onHosts<T>(
  hosts: readonly SshHostPlan[],
  ask: (engine: Engine) => Promise<T>,
  here: boolean,
): Promise<Everywhere<T>> {
  const unreachable: { host: SshHostPlan; why: string }[] = [];
  const [own, ...others] = await Promise.all([
    here ? ask({ engine: undefined, host: undefined }).then((one) => [one]) : [],
    ...hosts.map(async (host) => {
      let link: SshLink;
      try {
        link = await SshLink.open(host);
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        unreachable.push({ host, why: error.message });
        return [];
      }
      try {
        return [await ask({ engine: link.engine, host })];
      } catch (error) {
        if (!(error instanceof NoEngineError)) throw error;
        unreachable.push({ host, why: `${where(host)}: its Docker engine does not answer` });
        return [];
      } finally {
        await link.close();
      }
    }),
  ]);
  return { found: [...own, ...others.flat()], unreachable };
}

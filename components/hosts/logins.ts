import * as pulumi from "@pulumi/pulumi";
import type { HostPlan } from "../../plan/types";
import type { HostConnection } from "./connection";

/**
 * A plan for a program that works on the hosts, as JSON for its standard input: a login may be known only when its
 * host is made.
 */
export function withLogins(
  plan: { readonly hosts: readonly HostPlan[] },
  hosts: Readonly<Record<string, HostConnection>>,
): pulumi.Input<string> {
  const late = Object.entries(hosts).flatMap(([key, { login }]) =>
    login === undefined ? [] : [{ key, login }],
  );
  if (late.length === 0) return JSON.stringify(plan);
  return pulumi.all(late.map(({ login }) => login)).apply((logins) => {
    const known = new Map(late.map(({ key }, i) => [key, logins[i]]));
    const merged = plan.hosts.map((host) =>
      known.has(host.key) ? { ...host, login: known.get(host.key) } : host,
    );
    return JSON.stringify({ ...plan, hosts: merged });
  });
}

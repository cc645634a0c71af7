import * as path from "node:path";
import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import type { RetirementPlan } from "../plan/types";
import type { HostConnection } from "./hosts/connection";
import { withLogins } from "./hosts/logins";

/**
 * Stops a host's containers that are no longer planned, before any other is made or replaced there; it does nothing
 * to a cluster that only grows. It works again whenever the plan names other containers.
 * @param name `retired`, with the host's suffix
 */
export function retirement(
  name: string,
  plan: RetirementPlan,
  connection: HostConnection,
  parent: pulumi.Resource,
): command.local.Command {
  const { dependsOn = [] } = connection;
  return new command.local.Command(
    name,
    {
      interpreter: [process.execPath, path.join(__dirname, "..", "readiness", "retire-main.js")],
      create: "stop",
      stdin: withLogins({ ...plan, hosts: [plan.host] }, { [plan.host.key]: connection }),
      triggers: [plan.containers.join(" ")],
    },
    { parent, ...(dependsOn.length === 0 ? {} : { dependsOn: [...dependsOn] }) },
  );
}

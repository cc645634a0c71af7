import * as path from "node:path";
import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import type { TaskRemovalPlan } from "../plan/types";
import type { HostConnection } from "./hosts/connection";
import { withLogins } from "./hosts/logins";

/**
 * Removes the containers of an agent's Docker tasks when the agent is gone for good: after its container, before the
 * volume with their sandboxes. Making it does nothing.
 */
export function taskRemoval(
  name: string,
  plan: TaskRemovalPlan,
  connection: HostConnection,
  options: Required<Pick<pulumi.CustomResourceOptions, "parent" | "dependsOn">>,
): command.local.Command {
  const { deletedWith } = connection;
  const order = { volume: plan.volume, hosts: [plan.host] };
  return new command.local.Command(
    name,
    {
      interpreter: [process.execPath, path.join(__dirname, "..", "readiness", "tasks-main.js")],
      create: "none",
      update: "none",
      delete: "remove",
      stdin: withLogins(order, { [plan.host.key]: connection }),
      triggers: [plan.volume],
    },
    { ...options, ...(deletedWith === undefined ? {} : { deletedWith }) },
  );
}

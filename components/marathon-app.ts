import * as path from "node:path";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { AppPlan, ReadinessPlan } from "../plan/types";
import { appInput } from "./apps/input";
import { withLogins } from "./hosts/logins";
import type { ReadinessArgs } from "./readiness";

export interface MarathonAppArgs {
  readonly plan: AppPlan;
  /** Where Marathons are found. */
  readonly readiness: ReadinessPlan;
  readonly hosts: ReadinessArgs["hosts"];
  /** The app is given to Marathon after it, and nobody takes it away once that is gone. */
  readonly marathon: pulumi.Resource;
  readonly ready: pulumi.Resource;
}

/** An app or a group of Marathon: given to it, waited for until it is healthy, changed in place, removed. */
export class MarathonApp extends pulumi.ComponentResource {
  constructor(name: string, args: MarathonAppArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mesos:cluster:MarathonApp", name, {}, opts);
    new command.local.Command(
      `${name}-applied`,
      {
        interpreter: [process.execPath, path.join(__dirname, "apps", "main.js")],
        create: "apply",
        update: "apply",
        delete: "delete",
        // The whole definition: a preview shows what of it changes.
        stdin: pulumi.output(withLogins(appInput(args.plan, args.readiness), args.hosts)).apply(onLines),
        // Another id is another app.
        triggers: [args.plan.id, args.plan.kind],
      },
      { parent: this, dependsOn: [args.ready], deletedWith: args.marathon, deleteBeforeReplace: true },
    );
    this.registerOutputs({});
  }
}

/** JSON on several lines, so that a difference shows the lines that differ. */
function onLines(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 2);
}

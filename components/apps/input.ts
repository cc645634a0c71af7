import type { AppPlan, HostPlan, ReadinessNode, ReadinessPlan } from "../../plan/types";

/** What the process that gives an app to Marathon is told, as JSON on its standard input. */
export interface AppInput {
  readonly app: AppPlan;
  readonly hosts: readonly HostPlan[];
  readonly marathons: readonly ReadinessNode[];
}

export function appInput(app: AppPlan, { hosts, nodes }: ReadinessPlan): AppInput {
  return { app, hosts, marathons: nodes.filter(({ role }) => role === "marathon") };
}

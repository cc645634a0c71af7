import type { JsonObject } from "../wire/json";
import { isHealthy, tasksOf, type Deployment, type MarathonState, type Step } from "./model";

/** What a deployment does to an app. */
export type DeploymentAction =
  "StartApplication" | "ScaleApplication" | "RestartApplication" | "StopApplication";

/** Records a change of apps; it ends when all of them are as they are to be. */
export function deploy(
  step: Step,
  actions: readonly { readonly action: DeploymentAction; readonly app: string }[],
  version: string,
): Deployment {
  const deployment: Deployment = {
    id: step.chance.uuid(),
    version,
    affectedApps: [...new Set(actions.map(({ app }) => app))].sort(),
    actions,
  };
  step.state.deployments.set(deployment.id, deployment);
  step.saveDeployment(deployment.id);
  step.publish("deployment_info", {
    plan: planJson(step.state, deployment),
    currentStep: { actions: actionsJson(deployment) },
  });
  return deployment;
}

/** Deployments that hold an app. */
export function locksOf(state: MarathonState, apps: readonly string[]): Deployment[] {
  return [...state.deployments.values()].filter(({ affectedApps }) =>
    affectedApps.some((id) => apps.includes(id)),
  );
}

/** Gives up on deployments that a forced change overtakes. */
export function cancelDeployments(step: Step, deployments: readonly Deployment[]): void {
  for (const deployment of deployments) {
    step.state.deployments.delete(deployment.id);
    step.saveDeployment(deployment.id);
    step.publish("deployment_failed", { id: deployment.id, plan: planJson(step.state, deployment) });
  }
}

/** Ends the deployments whose apps are all settled. */
export function finishDeployments(step: Step): void {
  const { state } = step;
  for (const deployment of [...state.deployments.values()]) {
    if (!deployment.affectedApps.every((id) => isSettled(state, id))) continue;
    const plan = planJson(state, deployment);
    state.deployments.delete(deployment.id);
    step.saveDeployment(deployment.id);
    step.log(`Deployment ${deployment.id} is done`);
    step.publish("deployment_step_success", { plan, currentStep: { actions: actionsJson(deployment) } });
    for (const { action, app } of deployment.actions) {
      if (action === "StopApplication") step.publish("app_terminated_event", { appId: app });
    }
    step.publish("group_change_success", { groupId: "/", version: deployment.version });
    step.publish("deployment_success", { id: deployment.id, plan });
  }
}

/** A deployment as `/v2/deployments` shows it. */
export function deploymentJson(deployment: Deployment): JsonObject {
  return {
    id: deployment.id,
    version: deployment.version,
    affectedApps: deployment.affectedApps,
    affectedPods: [],
    steps: [{ actions: actionsJson(deployment) }],
    currentActions: actionsJson(deployment).map((action) => ({ ...action, readinessCheckResults: [] })),
    currentStep: 1,
    totalSteps: 1,
  };
}

function isSettled(state: MarathonState, id: string): boolean {
  const tasks = tasksOf(state, id);
  const app = state.apps.get(id)?.definition;
  if (app === undefined) return tasks.length === 0;
  return (
    tasks.length === app.instances &&
    tasks.every(
      (task) => task.configVersion === app.configVersion && task.killAt === undefined && isHealthy(task, app),
    )
  );
}

function actionsJson({ actions }: Deployment): { action: string; app: string }[] {
  return actions.map(({ action, app }) => ({ action, app }));
}

function planJson(state: MarathonState, deployment: Deployment): JsonObject {
  const apps = [...state.apps.keys()].sort().map((id) => ({ id }));
  return {
    id: deployment.id,
    version: deployment.version,
    original: { id: "/", apps, groups: [] },
    target: { id: "/", apps, groups: [] },
    steps: [{ actions: actionsJson(deployment) }],
  };
}

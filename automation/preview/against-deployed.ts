import { stackOf } from "../../config/load";
import type { ClusterSpec } from "../../config/spec";
import { changesBetween, emptyPlan } from "../../plan/changes/changes";
import type { Change } from "../../plan/changes/types";
import { planCluster } from "../../plan/cluster";
import type { Ownership } from "../../plan/inputs";
import { logicalName } from "../../plan/logical-names";
import type { ClusterPlan, ContainerPlan, HostPlan } from "../../plan/types";
import { containerStates } from "../../readiness/docker";
import { linkOf, withHosts } from "../../readiness/hosts";
import { declareCluster, preparePlan } from "../deploy";
import { refreshVariable } from "../images/kept";
import { newRunId } from "../names";
import { findStack, keptOwnership, projectStack } from "../stack";
import { compare } from "./agreement";
import { type Deployed, deployedOf } from "./deployed";
import { type PulumiOperation, pulumiPreview } from "./pulumi";

/** A cluster as it would be, held against one as it was. */
export interface ClusterComparison {
  readonly against: string;
  readonly doubts: readonly string[];
  readonly changes: readonly Change[];
  readonly steps: readonly string[];
  readonly remarks: readonly string[];
  readonly pulumi: readonly PulumiOperation[] | undefined;
}

/** How a preview names what it compares with by itself. */
export const whatIsDeployed = "what is deployed";

interface Asked {
  readonly file: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** Whether registries are asked again: a tag that moved is a change. */
  readonly refresh?: boolean;
}

/**
 * Compares with the plan that the cluster's stack keeps, and with what Pulumi itself says that it would do.
 * @throws PreconditionError where Docker, Pulumi or an image is missing; Error where Pulumi says otherwise than we do
 */
export async function againstDeployed(spec: ClusterSpec, asked: Asked): Promise<ClusterComparison> {
  const own = stackOf(asked.file) === undefined;
  const stack = own ? await findStack(spec.name) : await projectStack(spec.name);
  // What index.ts gives a stack of `pulumi up` that nobody said an owner of.
  const run = own ? newRunId() : `stack-${spec.name}`;
  const nothing = { run, cell: spec.name, expires: undefined };
  const ownership: Ownership = stack === undefined ? nothing : await keptOwnership(stack, nothing);
  const deployed = stack === undefined ? undefined : deployedOf(await stack.exportStack());
  const inputs = await preparePlan(spec, ownership, { ...asked, kept: deployed?.plan?.images });
  const after = planCluster(spec, inputs);
  if (stack === undefined || deployed === undefined) {
    const { changes, steps } = changesBetween(emptyPlan(after), after);
    const remarks = [`there is no stack ${spec.name} yet: everything is made new`];
    return { against: whatIsDeployed, doubts: [], changes, steps, remarks, pulumi: undefined };
  }
  if (own) stack.workspace.program = async () => ({ ...(await declareCluster(spec, inputs)) });
  if (asked.refresh === true)
    stack.workspace.envVars = { ...stack.workspace.envVars, [refreshVariable]: "true" };
  const explained = changesBetween(deployed.plan ?? emptyPlan(after), after);
  const pulumi = await pulumiPreview(stack, asked.signal);
  const more = await explainRest(explained.operations, pulumi, deployed, after);
  return {
    against: whatIsDeployed,
    doubts: deployed.doubts,
    changes: [...explained.changes, ...more],
    steps: explained.steps,
    remarks: [],
    pulumi,
  };
}

/** @throws Error where the two do not agree: then one of them would surprise whoever applies the change */
async function explainRest(
  operations: ReturnType<typeof changesBetween>["operations"],
  pulumi: readonly PulumiOperation[],
  { unknown }: Deployed,
  plan: ClusterPlan,
): Promise<readonly Change[]> {
  const after = plan.containers.map((container) => ({ ...container, key: logicalName(plan, container) }));
  const running = await statesOf(plan.hosts, after);
  const { more, disagreements } = compare(operations, pulumi, { after, unknown, running });
  if (disagreements.length > 0) {
    throw new Error(
      `this preview and Pulumi's own disagree, which is a mistake of mesos-matrix:\n${disagreements.map((line) => `  - ${line}`).join("\n")}`,
    );
  }
  return more;
}

/** State on its engine of every container that is there, by its key. */
async function statesOf(
  hosts: readonly HostPlan[],
  containers: readonly ContainerPlan[],
): Promise<ReadonlyMap<string, string>> {
  const found = await withHosts(hosts, (links) =>
    Promise.all(
      hosts.map(async (host) => {
        const own = containers.filter((container) => container.host === host.key);
        const { engine } = linkOf(links, host.key);
        const states = await containerStates(
          own.map(({ name }) => name),
          { engine },
        );
        return own.flatMap(({ key, name }): [string, string][] => {
          const status = states.get(name)?.status;
          return status === undefined ? [] : [[key, status]];
        });
      }),
    ),
  );
  return new Map(found.flat());
}

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { PlanInputs } from "../../plan/inputs";
import type { ClusterPlan } from "../../plan/types";
import { stackFolder } from "../stack";
import type { Resolving } from "./resolve";

type Images = PlanInputs["images"];

/** Set to anything but the empty text it makes a Pulumi program ask registries again: `pulumi preview` takes no flags of ours. */
export const refreshVariable = "MESOS_MATRIX_REFRESH_IMAGES";

/** What the stack that this program runs for kept of its images when it was last updated, and whether that holds. */
export async function imagesInState(): Promise<Pick<Resolving, "kept" | "refresh">> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  // The engine's own provider, which also serves StackReference; unlike that, this leaves nothing in the state.
  const token = "pulumi:pulumi:readStackResourceOutputs";
  const answer = (await pulumi.runtime.invoke(token, { stackName })) as { outputs?: Record<string, Kept> };
  const cluster = Object.values(answer.outputs ?? {}).find(
    ({ type }) => type === "mesos:cluster:MesosCluster",
  );
  return { kept: cluster?.outputs?.plan?.images, refresh: (process.env[refreshVariable] ?? "") !== "" };
}

interface Kept {
  readonly type: string;
  readonly outputs?: { readonly plan?: Partial<ClusterPlan> };
}

/** What the command line kept of a cluster's images when it was last brought up; it goes with the stack. */
export function imagesInFolder(name: string): Images | undefined {
  const file = fileOf(name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Images) : undefined;
}

/** Keeps a cluster's images for the next time. */
export function keepInFolder(name: string, images: Images): void {
  const file = fileOf(name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(images, null, 2)}\n`);
}

function fileOf(name: string): string {
  return path.join(stackFolder(name), "images.json");
}

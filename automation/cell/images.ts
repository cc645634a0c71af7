import type { ClusterSpec } from "../../config/spec";
import type { PlanInputs } from "../../plan/inputs";
import type { CellResult } from "../report/run-report";

/** The images of a cell, and which of them hold the simulator instead of Mesos. */
export function cellImages(spec: ClusterSpec, { images }: PlanInputs): CellResult["images"] {
  const sources: Readonly<Record<string, { readonly kind: string } | undefined>> = {
    marathon: spec.marathon?.image,
    masters: spec.masters.image,
    ...Object.fromEntries(spec.agents.map(({ image }, g) => [`agents[${g}]`, image])),
  };
  return Object.entries(images).map(([role, { reference, id }]) => ({
    role,
    reference,
    id,
    simulated: sources[role]?.kind === "simulator",
  }));
}

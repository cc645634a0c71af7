import type { ClusterSpec, ImageSource } from "../../config/spec";
import type { PlanInputs, ResolvedImage } from "../../plan/inputs";
import type { CellResult } from "../report/run-report";

/** The images of a cell, and which of them hold the simulator instead of Mesos. */
export function cellImages(spec: ClusterSpec, { images }: PlanInputs): CellResult["images"] {
  const image = (role: string, found: ResolvedImage | undefined, source: ImageSource["kind"] | undefined) =>
    found === undefined
      ? []
      : [{ role, reference: found.reference, id: found.id, simulated: source === "simulator" }];
  return [
    ...image("zookeeper", images.zookeeper, undefined),
    ...image("masters", images.masters, spec.masters.image.kind),
    ...spec.agents.flatMap((group, i) => image(`agents[${i}]`, images.agents[i], group.image.kind)),
  ];
}

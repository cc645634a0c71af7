import * as path from "node:path";
import type { ResolvedImage } from "../../plan/inputs";
import { packageRoot } from "../layout";
import { buildOnce, type Errand } from "./engine";
import { nodeBase } from "./node";

type Built = Pick<ResolvedImage, "reference" | "id">;

/** One image serves every version, so one look a process is enough. */
let built: Promise<Built> | undefined;

/** The image of the simulated Mesos, told to be `version`. */
export function simulatorImage(version: string, errand: Errand): Promise<ResolvedImage> {
  return simulatedImage({ SIMULATED_MESOS: version }, errand);
}

/** The simulator's image, told by `env` what to stand in for. */
export async function simulatedImage(env: ResolvedImage["env"], errand: Errand): Promise<ResolvedImage> {
  built ??= build(errand);
  return { ...(await built), env };
}

async function build(errand: Errand): Promise<Built> {
  const folder = path.join(packageRoot, "images", "simulator");
  const { node, base } = await nodeBase("the simulator", errand);
  return buildOnce(
    {
      name: "simulator",
      files: {
        Dockerfile: path.join(folder, node === undefined ? "Dockerfile.on-node" : "Dockerfile"),
        "mesos-master": path.join(folder, "mesos-master"),
        "mesos-agent": path.join(folder, "mesos-agent"),
        "mesos-slave": path.join(folder, "mesos-slave"),
        marathon: path.join(folder, "marathon"),
        "simulator.cjs": path.join(packageRoot, "dist", "simulator.cjs"),
        ...(node === undefined ? {} : { node }),
      },
      args: { BASE: base },
    },
    errand,
  );
}

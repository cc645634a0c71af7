import * as path from "node:path";
import { packageRoot } from "../layout";
import { buildOnce } from "./engine";
import { found, type Answer, type Found, type ImageErrand } from "./look-up";
import { nodeBase } from "./node";

/** One image serves every version, so one look a process is enough. */
let built: Promise<Found> | undefined;

/** The image of the simulated Mesos, told to be `version`. */
export function simulatorImage(version: string, errand: ImageErrand): Promise<Answer> {
  return simulatedImage({ SIMULATED_MESOS: version }, errand);
}

/** The simulator's image, told by `env` what to stand in for. */
export async function simulatedImage(env: Answer["env"], errand: ImageErrand): Promise<Answer> {
  built ??= build(errand);
  return { ...(await built), env };
}

async function build(errand: ImageErrand): Promise<Found> {
  const folder = path.join(packageRoot, "images", "simulator");
  const { node, base } = await nodeBase("the simulator", errand);
  const image = await buildOnce(
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
  return found(image.reference, image, "build");
}

import { existsSync } from "node:fs";
import * as path from "node:path";
import type { ResolvedImage } from "../../plan/inputs";
import { packageRoot } from "../layout";
import { PreconditionError } from "../precondition";
import { baseImage } from "./base";
import { buildOnce, engineArchitecture, type Errand } from "./engine";

type Built = Pick<ResolvedImage, "reference" | "id">;

/** One image serves every version, so one look a process is enough. */
let built: Promise<Built> | undefined;

/** The image of the simulated Mesos, told to be `version`. */
export async function simulatorImage(version: string, errand: Errand): Promise<ResolvedImage> {
  built ??= build(errand);
  return { ...(await built), env: { SIMULATED_MESOS: version } };
}

async function build(errand: Errand): Promise<Built> {
  const folder = path.join(packageRoot, "images", "simulator");
  const architecture = await engineArchitecture();
  return buildOnce(
    {
      name: "simulator",
      files: {
        Dockerfile: path.join(folder, "Dockerfile"),
        "mesos-master": path.join(folder, "mesos-master"),
        "mesos-agent": path.join(folder, "mesos-agent"),
        "mesos-slave": path.join(folder, "mesos-slave"),
        "simulator.cjs": path.join(packageRoot, "dist", "simulator.cjs"),
        node: nodeFor(architecture),
      },
      args: { BASE: await baseImage(errand) },
    },
    errand,
  );
}

/** Node for the engine's containers: npm installs it beside us on Linux. */
function nodeFor(architecture: string): string {
  const name = `node-linux-${architecture === "amd64" ? "x64" : architecture}`;
  const candidates = [path.join(packageRoot, "node_modules", name), path.join(packageRoot, "..", name)];
  const found = candidates.map((folder) => path.join(folder, "bin", "node")).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new PreconditionError(
    `the simulator needs npm's package ${name} (Node for the engine's ${architecture} containers), which is not ` +
      `installed; run: npm install --no-save --force ${name}@24`,
  );
}

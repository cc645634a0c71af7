import { existsSync } from "node:fs";
import * as path from "node:path";
import type { ResolvedImage } from "../../plan/inputs";
import { packageRoot } from "../layout";
import { PreconditionError } from "../precondition";
import { baseImage } from "./base";
import { buildOnce, engineArchitecture, imageId, pull, type Errand } from "./engine";

const officialNode = "node:24-bookworm-slim";

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
  const node = nodeFor(architecture);
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
      args: { BASE: node === undefined ? await nodeImage(architecture, errand) : await baseImage(errand) },
    },
    errand,
  );
}

/** Node for the engine's containers: npm installs it beside us on Linux of the same architecture. */
function nodeFor(architecture: string): string | undefined {
  const name = `node-linux-${architecture === "amd64" ? "x64" : architecture}`;
  const candidates = [path.join(packageRoot, "node_modules", name), path.join(packageRoot, "..", name)];
  return candidates.map((folder) => path.join(folder, "bin", "node")).find((file) => existsSync(file));
}

/** Elsewhere, on macOS for one, the engine's own Node comes from the registry. */
async function nodeImage(architecture: string, errand: Errand): Promise<string> {
  const id = (await imageId(officialNode)) ?? (await pull(officialNode, errand));
  if (id !== undefined) return id;
  throw new PreconditionError(
    `the simulator needs Node for the engine's ${architecture} containers, and no registry answers for ${officialNode}; ` +
      "docker pull it where one does",
  );
}

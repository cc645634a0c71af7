import { existsSync } from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../layout";
import { PreconditionError } from "../precondition";
import { baseImage } from "./base";
import { engineArchitecture, imageId, pull, type Errand } from "./engine";

const officialNode = "node:24-bookworm-slim";

/** What an image of ours with Node is built on: Debian and the file of Node, or the official Node image. */
export interface NodeBase {
  /** Undefined: it is in the base. */
  readonly node: string | undefined;
  /** Id of the image. */
  readonly base: string;
}

/**
 * Node for the engine's containers: npm installs it beside us on Linux of the same architecture; elsewhere, on macOS
 * for one, the engine's own comes from the registry.
 * @param what what needs it, for the message where it is not to be had
 */
export async function nodeBase(what: string, errand: Errand): Promise<NodeBase> {
  const architecture = await engineArchitecture();
  const name = `node-linux-${architecture === "amd64" ? "x64" : architecture}`;
  const candidates = [path.join(packageRoot, "node_modules", name), path.join(packageRoot, "..", name)];
  const node = candidates.map((folder) => path.join(folder, "bin", "node")).find((file) => existsSync(file));
  if (node !== undefined) return { node, base: await baseImage(errand) };
  const id = (await imageId(officialNode)) ?? (await pull(officialNode, errand));
  if (id !== undefined) return { node, base: id };
  throw new PreconditionError(
    `${what} needs Node for the engine's ${architecture} containers, and no registry answers for ${officialNode}; ` +
      "docker pull it where one does",
  );
}

import { referencesFor } from "../../config/references";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../layout";
import { PreconditionError } from "../precondition";
import { baseImage } from "./base";
import { engineArchitecture } from "./engine";
import { isFailed, lookUp, type ImageErrand } from "./look-up";

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
export async function nodeBase(what: string, errand: ImageErrand): Promise<NodeBase> {
  const architecture = await engineArchitecture();
  const name = `node-linux-${architecture === "amd64" ? "x64" : architecture}`;
  const candidates = [path.join(packageRoot, "node_modules", name), path.join(packageRoot, "..", name)];
  const node = candidates.map((folder) => path.join(folder, "bin", "node")).find((file) => existsSync(file));
  if (node !== undefined) return { node, base: await baseImage(errand) };
  const references = referencesFor(officialNode, errand.registry);
  const answer = await lookUp(references, { ...errand, refresh: false });
  if (!isFailed(answer)) return { node, base: answer.id };
  throw new PreconditionError(
    `${what} needs Node for the engine's ${architecture} containers, and no registry gives ${references.join(" or ")}; ` +
      "docker pull it where one does",
  );
}

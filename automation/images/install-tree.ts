import { referencesFor } from "../../config/references";
import { constants } from "node:fs";
import { copyFile, cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import type { ImageSource } from "../../config/spec";
import type { MesosRole } from "../../mesos/flags";
import { agentProgram, masterProgram } from "../../plan/flags";
import { DockerError, NoEngineError } from "../../readiness/docker";
import { tempFolder } from "../housekeeping/temp";
import { packageRoot } from "../layout";
import { PreconditionError } from "../precondition";
import { baseImage } from "./base";
import { contentHash } from "./content";
import { build, buildArgs, engineArchitecture, findImage, type BuiltImage } from "./engine";
import { failureText } from "./failures";
import { readTree, type InstallTree } from "./install-tree/layout";
import { sharedLibraries } from "./install-tree/libraries";
import { found, isFailed, lookUp, type Found, type ImageErrand } from "./look-up";

/** Where libraries of this machine lie in the image, before those of its base. */
const borrowed = "usr/local/lib/mesos-matrix";

/** A file of this machine at its place in the image, from the root. */
interface Packed {
  readonly name: string;
  readonly file: string;
}

/**
 * Packs a `make install` of the user's into an image, with the shared libraries that it needs of this machine; built
 * unless the engine has it, by content.
 * @throws PreconditionError with every library that is missing, before Docker is asked
 */
export async function installTreeImage(
  source: Extract<ImageSource, { kind: "installTree" }>,
  role: MesosRole,
  version: string,
  errand: ImageErrand,
): Promise<Found> {
  const tree = await readTree(source.folder, [role === "master" ? masterProgram : agentProgram(version)]);
  const libraries = await librariesOf(tree, errand);
  await refuseOtherProcessor(tree);
  const base = source.base === undefined ? await baseImage(errand) : await givenBase(source.base, errand);
  const own = path.join(packageRoot, "images", "install-tree");
  const packed = [
    ...tree.files.map((file) => ({ name: inImage(tree, file), file: path.join(tree.folder, file) })),
    ...libraries,
    { name: "opt/mesos-matrix/check-linked.sh", file: path.join(own, "check-linked.sh") },
  ];
  const dockerfile = path.join(own, "Dockerfile");
  const hash = await contentHash([...packed, { name: "Dockerfile", file: dockerfile }], base);
  const reference = `mesos-matrix/install-tree:${hash}`;
  const present = await findImage(reference);
  if (present !== undefined) return found(reference, present, "installTree");
  errand.say(`packing ${source.folder} with ${libraries.length} libraries of this machine into ${reference}`);
  return found(reference, await pack(reference, tree, packed, base, errand), "installTree");
}

/** What the tree needs of this machine. @throws PreconditionError naming all that is missing */
async function librariesOf(tree: InstallTree, errand: ImageErrand): Promise<Packed[]> {
  const files = tree.binaries.map(({ file }) => file);
  const needs = await sharedLibraries(tree.folder, files, tree.libraries);
  if (needs.missing.length > 0) {
    throw new PreconditionError(
      `installTree: ${tree.folder} needs what this machine does not have: ${needs.missing.join("; ")}; ` +
        "install the packages that hold them, or use the machine on which it was built",
    );
  }
  const direct = [...needs.found].map(([name, file]) => ({ name: `${borrowed}/${name}`, file }));
  const modules = await saslModules(needs.found.get("libsasl2.so.2"));
  if (modules.length === 0) return direct;
  const further = await sharedLibraries("/", modules, []);
  if (further.missing.length > 0) errand.say(`modules of SASL lack ${further.missing.join("; ")}`);
  const known = new Set(needs.found.keys());
  return [
    ...direct,
    ...modules.map((file) => ({ name: file.replace(/^\//, ""), file })),
    ...[...further.found].flatMap(([name, file]) =>
      known.has(name) ? [] : [{ name: `${borrowed}/${name}`, file }],
    ),
  ];
}

/** Authentication loads these by name, so that no program lists them. Source: apache/mesos src/authentication/cram_md5. */
async function saslModules(library: string | undefined): Promise<string[]> {
  if (library === undefined) return [];
  const folder = path.join(path.dirname(library), "sasl2");
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.includes(".so")).map((name) => path.join(folder, name));
}

async function refuseOtherProcessor({ folder, binaries }: InstallTree): Promise<void> {
  const engine = await engineArchitecture();
  const other = binaries.find(({ machine }) => machine !== engine);
  if (other === undefined) return;
  throw new PreconditionError(
    `installTree: ${path.join(folder, other.file)} is built for ${other.machine}, and the engine's containers run on ${engine}`,
  );
}

async function givenBase(reference: string, errand: ImageErrand): Promise<string> {
  const answer = await lookUp(referencesFor(reference, errand.registry), errand);
  if (!isFailed(answer)) return answer.id;
  throw new PreconditionError(`installTree: base: ${await failureText(answer, errand)}`);
}

async function pack(
  reference: string,
  tree: InstallTree,
  packed: readonly Packed[],
  base: string,
  errand: ImageErrand,
): Promise<BuiltImage> {
  const folder = tempFolder("tree");
  const put = async (name: string, write: (at: string) => Promise<void>): Promise<void> => {
    const at = path.join(folder, "root", name);
    await mkdir(path.dirname(at), { recursive: true });
    await write(at);
  };
  const list = (name: string, lines: readonly string[]): Promise<void> =>
    put(name, (at) => writeFile(at, `${lines.join("\n")}\n`));
  try {
    const inside = new Set(tree.files.map((file) => inImage(tree, file)));
    for (const { name, file } of packed) {
      // The tree's links stay links; a library is taken by the name under which programs ask for it.
      await put(name, (at) =>
        inside.has(name)
          ? cp(file, at, { verbatimSymlinks: true })
          : copyFile(file, at, constants.COPYFILE_FICLONE),
      );
    }
    const absolute = (file: string): string => `/${inImage(tree, file)}`;
    await list(
      "opt/mesos-matrix/linked",
      tree.binaries.map(({ file }) => absolute(file)),
    );
    await list("etc/ld.so.conf.d/000-mesos-matrix.conf", [...tree.libraries.map(absolute), `/${borrowed}`]);
    await copyFile(
      path.join(packageRoot, "images", "install-tree", "Dockerfile"),
      path.join(folder, "Dockerfile"),
    );
    const args = { BASE: base, PROGRAMS: tree.programs.map(absolute).join(":") };
    return await build(reference, [...buildArgs(args), folder], errand, () => undefined);
  } catch (error) {
    if (!(error instanceof DockerError) || error instanceof NoEngineError) throw error;
    throw new PreconditionError(
      `installTree: ${tree.folder} does not fit its base image; write installTree: { folder, base } with an image ` +
        `of the system on which it was built (${error.message.trim().split("\n").slice(-8).join("\n  ")})`,
      { cause: error },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Without the slash at its beginning. */
function inImage({ place }: InstallTree, file: string): string {
  return path.join(place, file).replace(/^\//, "");
}

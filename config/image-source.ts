import type { ImageVendor } from "../mesos/images";
import { filled } from "./image-rules";
import type { OwnImageInput, OwnMesosImageInput } from "./image-schema";
import type { ImageSource, OwnImage } from "./spec";

/** The source of an image with Mesos in it, with the version filled in. */
export function buildImage(input: string | OwnMesosImageInput, version: string): ImageSource {
  if (typeof input === "string") return { kind: input as "simulator" | ImageVendor };
  const { installTree } = input;
  if (installTree === undefined) return buildOwnImage(input, version);
  const { folder, base } =
    typeof installTree === "string" ? { folder: installTree, base: undefined } : installTree;
  return {
    kind: "installTree",
    folder: filled(folder, version),
    base: base === undefined ? undefined : filled(base, version),
  };
}

/** The source of an image of the user's own, with the version filled in. */
export function buildOwnImage({ custom, archive, build }: OwnImageInput, version: string): OwnImage {
  if (custom !== undefined) {
    const { repository, tag } = custom;
    return { kind: "custom", repository: filled(repository, version), tag: filled(tag, version) };
  }
  if (build !== undefined) {
    const args = Object.entries(build.args ?? {}).map(([name, text]) => [name, filled(text, version)]);
    return {
      kind: "build",
      context: filled(build.context, version),
      dockerfile: build.dockerfile === undefined ? undefined : filled(build.dockerfile, version),
      args: Object.fromEntries(args) as Record<string, string>,
    };
  }
  return { kind: "archive", file: filled(archive ?? "", version) };
}

import type { ContainerPlan, UploadPlan } from "../types";

/** One thing in which a container is planned otherwise than before. */
export interface Difference {
  readonly aspect:
    "version" | "image" | "program" | "flag" | "variable" | "file" | "address" | "label" | "setting";
  /** Which flag, variable, file, label or setting; empty for the others. */
  readonly name: string;
  /** Undefined: it was not there. */
  readonly from: string | undefined;
  /** Undefined: it is there no more. */
  readonly to: string | undefined;
}

/** Settings that the Docker provider changes without replacing the container. */
const inPlace: ReadonlySet<string> = new Set(["restart", "stopGraceSeconds"]);

/** Says the image's name, which the image's id follows. */
const imageLabel = "mesos-matrix.image";

/** Settings that other aspects say in better words. */
const said: ReadonlySet<string> = new Set([
  "key",
  "name",
  "role",
  "image",
  "entrypoint",
  "argv",
  "env",
  "address",
  "uploads",
  "labels",
]);

/** In which the two plans of one container differ; empty: not at all. */
export function differences(before: ContainerPlan, after: ContainerPlan): Difference[] {
  return [
    ...one("image", "", imageOf(before), imageOf(after)),
    ...one("program", "", programOf(before), programOf(after)),
    ...each("flag", flagsOf(before), flagsOf(after)),
    ...each("variable", before.env, after.env),
    ...each("file", filesOf(before.uploads), filesOf(after.uploads)),
    ...one("address", "", before.address, after.address),
    ...each("label", labelsOf(before), labelsOf(after)),
    ...each("setting", settingsOf(before), settingsOf(after)),
  ];
}

/** Whether the container stays while this is changed. */
export function changesInPlace({ aspect, name }: Difference): boolean {
  return aspect === "setting" && inPlace.has(name);
}

type Texts = Readonly<Record<string, string>>;

function one(
  aspect: Difference["aspect"],
  name: string,
  from: string | undefined,
  to: string | undefined,
): Difference[] {
  return from === to ? [] : [{ aspect, name, from, to }];
}

function each(aspect: Difference["aspect"], before: Texts, after: Texts): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => one(aspect, name, before[name], after[name]));
}

/** The image's name, and its id where the name may mean another image some day. */
function imageOf({ image, labels }: ContainerPlan): string {
  const name = labels[imageLabel];
  return name === undefined || name === image ? image : `${name} (${image.slice(0, "sha256:".length + 12)})`;
}

function programOf({ entrypoint, argv }: ContainerPlan): string {
  return [...entrypoint, ...wordsOf(argv).rest].join(" ");
}

function flagsOf({ argv }: ContainerPlan): Texts {
  return Object.fromEntries(wordsOf(argv).flags);
}

/** Flags with their values, and the words that are neither. Mesos' flags hold their value behind `=`, Marathon's in a word of its own. */
function wordsOf(argv: readonly string[]): {
  readonly flags: readonly (readonly [name: string, value: string])[];
  readonly rest: readonly string[];
} {
  const flags: [string, string][] = [];
  const rest: string[] = [];
  let open: [string, string] | undefined;
  for (const word of argv) {
    if (word.startsWith("--")) {
      const [, name = "", value] = /^--([^=]*)(?:=([^]*))?$/.exec(word) ?? [];
      const flag: [string, string] = [name, value ?? ""];
      flags.push(flag);
      open = value === undefined ? flag : undefined;
    } else if (open === undefined) rest.push(word);
    else {
      open[1] = word;
      open = undefined;
    }
  }
  return { flags, rest };
}

/** What a file holds, or where its content comes from: the content of secrets and users' files is not planned. */
function filesOf(uploads: readonly UploadPlan[]): Texts {
  return Object.fromEntries(
    uploads.map((upload) => {
      if ("content" in upload) return [upload.path, upload.content];
      return [upload.path, "secret" in upload ? `secret ${upload.secret}` : `file ${upload.file}`];
    }),
  );
}

function labelsOf({ labels }: ContainerPlan): Texts {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== imageLabel));
}

function settingsOf(container: ContainerPlan): Texts {
  return Object.fromEntries(
    Object.entries(container)
      .filter(([name, value]) => !said.has(name) && value !== undefined)
      .map(([name, value]) => [name, typeof value === "string" ? value : canonical(value)]),
  );
}

/** Text of a value whose keys may stand in any order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

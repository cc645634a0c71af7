import { execFile } from "node:child_process";
import { appendFileSync, createWriteStream } from "node:fs";
import { chmod, copyFile, mkdir, rm } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, normalize } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CommandInfo } from "../wire/messages";

type Uri = CommandInfo["uris"][number];

/** Where what is fetched goes, and what relative paths are relative to. */
export interface FetchPlace {
  readonly sandbox: string;
  readonly containerId: string;
  /** `--frameworks_home`. */
  readonly frameworksHome: string | undefined;
}

/** Names of archives that are extracted, and what does it. Source: extract in src/launcher/fetcher.cpp. */
const ARCHIVES: readonly [RegExp, (archive: string, folder: string) => string[]][] = [
  [
    /\.(tar|tgz|tar\.gz|tbz2|tar\.bz2|txz|tar\.xz)$/,
    (archive, folder) => ["tar", "-C", folder, "-xf", archive],
  ],
  [/\.zip$/, (archive, folder) => ["unzip", "-o", "-d", folder, archive]],
  [/\.gz$/, (archive, folder) => ["gzip", "-d", "-k", "-f", join(folder, basename(archive))]],
];

/** A download that makes no progress for this long has failed. Source: --fetcher_stall_timeout in src/slave/flags.cpp. */
const STALL_MS = 60_000;

/**
 * Fetches a command's URIs into the sandbox, one after the other. What is done and what goes wrong is said in the sandbox's
 * stderr, as by mesos-fetcher; rejects with Mesos' message for the framework.
 */
export async function fetchUris(uris: readonly Uri[], place: FetchPlace): Promise<void> {
  for (const uri of uris) {
    try {
      await fetchOne(uri, place);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      say(place, `Failed to fetch '${uri.value}': ${why}`);
      throw new Error(`Failed to fetch all URIs for container '${place.containerId}': exited with status 1`, {
        cause,
      });
    }
  }
}

async function fetchOne(uri: Uri, place: FetchPlace): Promise<void> {
  const target = join(place.sandbox, fileName(uri));
  await mkdir(dirname(target), { recursive: true });
  if (/^https?:\/\//.test(uri.value)) await download(uri.value, target);
  else if (/^[a-z0-9]+:\/\//.test(uri.value) && !uri.value.startsWith("file://")) {
    throw new Error(`Unsupported scheme: the simulator fetches http, https and files`);
  } else await copyFile(localPath(uri.value, place), target);
  if (uri.executable === true) {
    await chmod(target, 0o755);
    say(place, `Fetched '${uri.value}' to '${target}'`);
    return;
  }
  const words = ARCHIVES.find(([name]) => name.test(target))?.[1](target, place.sandbox);
  if (uri.extract === false || words === undefined) {
    say(place, `Fetched '${uri.value}' to '${target}'`);
    return;
  }
  await extract(words);
  say(place, `Extracted '${target}' into '${place.sandbox}'`);
}

/** Name in the sandbox: the one asked for, or the last part of the URI. */
function fileName(uri: Uri): string {
  const { output_file: wanted } = uri;
  if (wanted === undefined) {
    const last = basename(uri.value.split(/[?#]/)[0] ?? "");
    if (last === "") throw new Error(`Malformed URI (missing path): ${uri.value}`);
    return last;
  }
  if (wanted === "") throw new Error("URI output file path is empty");
  if (isAbsolute(wanted) || normalize(wanted).startsWith("..")) {
    throw new Error("URI output file must be within the sandbox directory");
  }
  return wanted;
}

function localPath(value: string, { frameworksHome }: FetchPlace): string {
  const path = value.replace(/^file:\/\/(localhost)?/, "");
  if (isAbsolute(path)) return path;
  if (value.startsWith("file://")) throw new Error("File URI only supports absolute paths");
  if (frameworksHome === undefined || frameworksHome === "") {
    throw new Error(
      "A relative path was passed for the resource but the Mesos framework home was not specified. " +
        "Please either provide this config option or avoid using a relative path",
    );
  }
  return join(frameworksHome, path);
}

async function download(url: string, target: string): Promise<void> {
  const stop = new AbortController();
  let alarm = setTimeout(() => stop.abort(new Error("download stalled")), STALL_MS);
  try {
    const response = await fetch(url, { signal: stop.signal });
    if (!response.ok || response.body === null) {
      throw new Error(`Error downloading resource, received HTTP return code ${response.status}`);
    }
    const body = Readable.fromWeb(response.body);
    body.on("data", () => {
      clearTimeout(alarm);
      alarm = setTimeout(() => stop.abort(new Error("download stalled")), STALL_MS);
    });
    await pipeline(body, createWriteStream(target));
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  } finally {
    clearTimeout(alarm);
  }
}

function extract([program = "", ...words]: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, words, { maxBuffer: 16 * 2 ** 20 }, (error, _, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`Failed to extract: ${program} failed: ${stderr.trim() || error.message}`));
    });
  });
}

function say({ sandbox }: FetchPlace, text: string): void {
  appendFileSync(join(sandbox, "stderr"), `${text}\n`);
}

import { ConfigError } from "../../config/problem";
import { vendorImage, type ImageVendor } from "../../mesos/images";
import { allVersions, atLeast, findVersion, nearestVersions, type MesosVersion } from "../../mesos/versions";

export interface VersionsCommandOptions {
  readonly since?: string;
  readonly rc?: boolean;
  readonly vendor?: ImageVendor;
  readonly json?: boolean;
}

/** `mesos-matrix versions`: the releases that are known, oldest first; `--rc` adds the candidates. */
export function versionsCommand({ since, rc, vendor, json }: VersionsCommandOptions): number {
  if (since !== undefined && findVersion(since) === undefined) throw unknown(since);
  const wanted = allVersions()
    .filter(({ tag }) => rc === true || !tag.includes("-rc"))
    .filter(({ tag }) => since === undefined || atLeast(tag, since))
    .filter(({ tag }) => vendor === undefined || vendorImage(vendor, "master", tag) !== undefined);
  process.stdout.write(json === true ? `${JSON.stringify(wanted, null, 2)}\n` : wanted.map(line).join(""));
  return 0;
}

function line({ tag, date, commit }: MesosVersion): string {
  return `${tag.padEnd(12)}${date}  ${commit}\n`;
}

function unknown(tag: string): ConfigError {
  const place = { file: "command line", line: 0, column: 0 };
  const message = `${JSON.stringify(tag)} was never a release or a release candidate of Mesos`;
  return new ConfigError([
    { place, path: "--since", message, cure: `the nearest are ${nearestVersions(tag).join(", ")}` },
  ]);
}

import * as path from "node:path";
import { InvalidArgumentError } from "commander";
import { annotationLines } from "../preview/annotations";
import { markdownPreview } from "../preview/markdown";
import { preview } from "../preview/preview";
import { previewExitCode, type PreviewReport } from "../preview/report";
import { textPreview } from "../preview/text";
import type { Interruption } from "./interruption";
import { say } from "./voice";

export const previewFormats = ["text", "json", "markdown", "annotations"] as const;

export interface PreviewCommandOptions {
  readonly stack?: string;
  readonly against?: string;
  readonly format: (typeof previewFormats)[number];
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly detailedExitcode?: boolean;
  readonly refreshImages?: boolean;
}

const formats: Readonly<Record<PreviewCommandOptions["format"], (report: PreviewReport) => string>> = {
  text: textPreview,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  markdown: (report) => markdownPreview(report),
  annotations: annotationLines,
};

/** `mesos-matrix preview [FILE | --stack S]`: what a change means. Exit codes: see `previewExitCode`. */
export async function previewCommand(
  file: string | undefined,
  options: PreviewCommandOptions,
  { signal }: Interruption,
): Promise<number> {
  const report = await preview({
    file: subject(file, options.stack),
    against: options.against,
    yes: options.yes ?? false,
    refresh: options.refreshImages ?? false,
    signal,
    say,
  });
  process.stdout.write(formats[options.json === true ? "json" : options.format](report));
  return previewExitCode(report, options.detailedExitcode ?? false);
}

function subject(file: string | undefined, stack: string | undefined): string {
  if (file !== undefined && stack !== undefined) {
    throw new InvalidArgumentError(`write FILE or --stack, not both (${file} and ${stack})`);
  }
  if (stack !== undefined) return path.join(process.cwd(), `Pulumi.${stack}.yaml`);
  if (file !== undefined) return file;
  throw new InvalidArgumentError(
    "write the FILE to preview, or --stack with the name of a stack of this folder",
  );
}

import { existsSync } from "node:fs";
import { type AnyFile, parseAny, readConfigText } from "../../config/load";
import { noteLine, reviewCluster } from "../../config/oracle/review";
import { ConfigError, formatProblem } from "../../config/problem";
import type { ClusterSpec, MatrixSpec } from "../../config/spec";
import { dangers as allDangers } from "../../mesos/dangers";
import type { Change } from "../../plan/changes/types";
import { flagNotes } from "../../plan/user-flags";
import { againstDeployed, type ClusterComparison } from "./against-deployed";
import { againstSpec } from "./against-spec";
import { compareMatrices } from "./matrix";
import { annotate, annotateProblems, type Remark } from "./places";
import { type ClusterPreview, previewSchema, type PreviewReport } from "./report";
import { fileAt } from "./revision";

export interface PreviewRequest {
  /** The config: a cluster file, a matrix file or `Pulumi.<stack>.yaml`. */
  readonly file: string;
  /** `deployed`, a revision of git or a file; undefined: deployed, or HEAD for a matrix. */
  readonly against: string | undefined;
  /** Whether dangers count as confirmed, whatever the config says. */
  readonly yes: boolean;
  /** Whether registries are asked again for images that the cluster has: a tag that moved is a change. */
  readonly refresh?: boolean;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const deployed = "deployed";

/**
 * Tells what a config would change, compared with what is deployed, with a revision, or with another file. Nothing is
 * changed. Problems of the config stand in the report.
 * @throws PreconditionError where something is missing; Error where Pulumi's own preview says otherwise
 */
export async function preview(request: PreviewRequest): Promise<PreviewReport> {
  const { file } = request;
  try {
    const text = readConfigText(file);
    const after = parseAny(text, file);
    return after.kind === "Matrix"
      ? await previewMatrix(after.matrix, request)
      : await previewCluster(after.cluster, text, request);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return {
      ...emptyReport(file, request.against ?? deployed),
      problems: error.problems.map(formatProblem),
      annotations: annotateProblems(error),
    };
  }
}

function emptyReport(subject: string, against: string): PreviewReport {
  return {
    schema: previewSchema,
    subject,
    against,
    doubts: [],
    problems: [],
    cluster: undefined,
    matrix: undefined,
    annotations: [],
  };
}

async function previewMatrix(after: MatrixSpec, { file, against }: PreviewRequest): Promise<PreviewReport> {
  const earlier = await earlierFile(against ?? "HEAD", file);
  const before = earlier.found?.kind === "Matrix" ? earlier.found.matrix : undefined;
  return {
    ...emptyReport(file, earlier.name),
    doubts: earlier.doubts,
    matrix: compareMatrices(before, after),
  };
}

async function previewCluster(
  spec: ClusterSpec,
  text: string,
  request: PreviewRequest,
): Promise<PreviewReport> {
  const { file, against = deployed } = request;
  const compared =
    against === deployed ? await againstDeployed(spec, request) : await comparedWith(spec, against, file);
  const cluster = clusterPreview(spec, compared, request.yes);
  return {
    ...emptyReport(file, compared.against),
    doubts: compared.doubts,
    cluster,
    annotations: annotate(text, file, remarksOf(cluster)),
  };
}

async function comparedWith(spec: ClusterSpec, against: string, file: string): Promise<ClusterComparison> {
  const earlier = await earlierFile(against, file);
  const before = earlier.found?.kind === "Cluster" ? earlier.found.cluster : undefined;
  return { ...againstSpec(before, spec), against: earlier.name, doubts: earlier.doubts };
}

interface Earlier {
  readonly found: AnyFile | undefined;
  readonly name: string;
  readonly doubts: readonly string[];
}

/** The config to compare with: a file of that name, or `file` as it stood at that revision. */
async function earlierFile(against: string, file: string): Promise<Earlier> {
  const isFile = existsSync(against);
  const { text, name } = isFile
    ? { text: readConfigText(against), name: against }
    : await fileAt(against, file);
  if (text === undefined) return { found: undefined, name, doubts: [] };
  try {
    return { found: parseAny(text, isFile ? against : file, `${name}:${file}`), name, doubts: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const doubts = error.problems.map(
      (problem) => `what ${name} holds has a problem: ${formatProblem(problem)}`,
    );
    return { found: undefined, name, doubts };
  }
}

/** The rule that speaks where Marathon's own minimum is not met. */
const marathonRule = "marathon-master-too-old";

function clusterPreview(spec: ClusterSpec, compared: ClusterComparison, yes: boolean): ClusterPreview {
  const { refused, warnings } = reviewCluster(spec);
  const { changes } = compared;
  const notes = [...refused, ...warnings];
  const touched = changes.some(({ subject }) => subject === "masters" || subject === "marathon");
  const tooOld = touched && notes.some(({ rule }) => rule === marathonRule);
  const found = new Set(changes.flatMap((change) => change.dangers));
  if (tooOld) found.add("marathon-below-minimum");
  return {
    name: spec.name,
    changes,
    steps: compared.steps,
    dangers: allDangers()
      .filter(({ id }) => found.has(id))
      .map((danger) => ({ ...danger, confirmed: yes || spec.confirm.includes(danger.id) })),
    notes,
    remarks: [...flagNotes(spec), ...compared.remarks],
    pulumi: compared.pulumi,
  };
}

function remarksOf({ changes, dangers, notes }: ClusterPreview): Remark[] {
  const open = new Set(dangers.filter(({ confirmed }) => !confirmed).map(({ id }) => id));
  const marks = (change: Change): string =>
    dangers
      .filter(({ id }) => open.has(id) && change.dangers.includes(id))
      .map(({ title }) => title)
      .join(", ");
  return [
    ...changes.flatMap((change) =>
      change.reasons.map(({ key, what }): Remark => {
        const danger = marks(change);
        return danger === ""
          ? { key, level: "notice", message: what }
          : { key, level: "warning", message: `${what}: ${danger}` };
      }),
    ),
    ...notes.map((note): Remark => ({
      key: note.path,
      level: note.allowed ? "notice" : "warning",
      message: noteLine(note),
    })),
  ];
}

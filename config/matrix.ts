import { mergeAlike } from "./alike";
import { cellView, readAxes } from "./axes";
import type { Axis } from "./axes";
import { describe, readCells } from "./cells";
import type { Coordinates } from "./cells";
import { buildCluster, checkCluster } from "./cluster";
import { stemOf } from "./cluster-file";
import { parseDuration } from "./duration";
import type { Fault } from "./fault";
import { matrixFileSchema, matrixFrame } from "./file-schema";
import type { TestInput } from "./file-schema";
import { checkSchema } from "./issues";
import { nearestName } from "./name";
import { imageUses, oneImageForMany, type ImageUse } from "./one-image";
import { reviewCluster } from "./oracle/review";
import { ConfigError } from "./problem";
import { readSource } from "./source";
import type { CellSpec, MatrixSpec, TestSpec } from "./spec";
import { buildEnv } from "./values";
import { isMapping, viewAt } from "./view";
import { wrongKind } from "./wrong-kind";

const TEST_TIMEOUT = 600;

/** Reads the text of a file of `kind: Matrix`; throws ConfigError with every problem. */
export function parseMatrix(text: string, file: string): MatrixSpec {
  const source = readSource(text, file);
  const other = wrongKind(source, "Matrix");
  if (other !== undefined) throw new ConfigError(source.problems([other]));

  const frame = checkSchema(matrixFrame, source, matrixFileSchema);
  const cluster = viewAt(source, ["cluster"]);
  const { axes, faults: axisFaults } = readAxes(viewAt(source, ["axes"]), cluster.value);
  const { cells, faults: cellFaults } = readCells(axes, axisFaults.length === 0, source);
  const name = frame.output?.name ?? nearestName(stemOf(file));
  const faults = [...source.faults, ...frame.faults, ...axisFaults, ...cellFaults];
  const specs: CellSpec[] = [];
  const inCells: Fault[] = [];
  const images: ImageUse[] = [];
  for (const cell of cells) {
    if (!isMapping(cluster.value)) break;
    const view = cellView(cluster, axes, cell);
    const { input, faults: wrong, missing } = checkCluster(view, matrixFileSchema);
    inCells.push(...wrong, ...(axisFaults.length > 0 ? [] : missing));
    if (input === undefined) continue;
    specs.push(cellSpec(axes, cell, buildCluster(input, input.name ?? name)));
    images.push(...imageUses(input, view));
  }
  faults.push(...mergeAlike(inCells), ...oneImageForMany(images));
  if (faults.length > 0 || frame.output === undefined) throw new ConfigError(source.problems(faults));
  return { name, cells: specs, test: testSpec(frame.output.test) };
}

function cellSpec(axes: readonly Axis[], cell: Coordinates, cluster: CellSpec["cluster"]): CellSpec {
  return {
    coordinates: Object.fromEntries(axes.map(({ name }, i) => [name, cell[i]?.text ?? ""])),
    displayName: describe(axes, cell),
    cluster,
    ...reviewCluster(cluster),
  };
}

function testSpec({ command, image, timeout, env, junit }: TestInput): TestSpec {
  return { command, image, timeout: parseDuration(timeout ?? "") ?? TEST_TIMEOUT, env: buildEnv(env), junit };
}

import * as path from "node:path";
import { loadMatrixFile, readConfigText } from "../../config/load";
import { bisect } from "../bisect/bisect";
import { bisectionText } from "../bisect/text";
import { earlierReports } from "../bisect/verdicts";
import { runMatrix } from "../matrix";
import { chooseView, type ViewOptions } from "../view/choose";
import type { Interruption } from "./interruption";
import { say } from "./voice";

export interface BisectCommandOptions extends ViewOptions {
  readonly good: string;
  readonly bad: string;
  readonly only?: readonly string[];
  readonly retry: number;
  readonly fresh?: boolean;
  readonly out: string;
  readonly json?: boolean;
}

/** `mesos-matrix bisect FILE --good V --bad V`: the first version whose verdict changes, on standard output. */
export async function bisectCommand(
  file: string,
  options: BisectCommandOptions,
  interruption: Interruption,
): Promise<number> {
  // Mistakes of the file are told at their places in it.
  loadMatrixFile(file);
  const out = path.resolve(options.out);
  const { good, bad, only, retry, fresh } = options;
  const { signal, giveUp } = interruption;
  const result = await bisect(readConfigText(file), file, {
    good,
    bad,
    ...(only === undefined ? {} : { only }),
    earlier: fresh === true ? [] : earlierReports(out, say),
    signal,
    onProgress: say,
    run: async (matrix) => {
      const view = chooseView(options);
      try {
        return await runMatrix(matrix, {
          retries: retry,
          out,
          onEvent: (event) => view.show(event),
          signal,
          giveUp,
        });
      } finally {
        view.close();
      }
    },
  });
  process.stdout.write(
    options.json === true ? `${JSON.stringify(result, null, 2)}\n` : `${bisectionText(result)}\n`,
  );
  return result.exitCode;
}

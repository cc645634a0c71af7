import * as path from "node:path";
import { Interruption } from "../../automation/cli/interruption";
import { runMatrix } from "../../automation/matrix";
import { loadMatrixFile } from "../../config/load";
import { plainView } from "../../automation/view/plain";

/** `mesos-matrix run FILE --out OUT`, with a lab's machines in place of Google's. Usage: run-matrix.js FILE OUT */
async function main(file: string, out: string): Promise<number> {
  const interruption = new Interruption();
  const view = plainView((text) => process.stderr.write(text));
  const { signal, giveUp } = interruption;
  const report = await runMatrix(loadMatrixFile(file), {
    ...{ out, signal, giveUp, concurrency: 3 },
    hostsProgram: path.join(__dirname, "hosts-program.js"),
    onEvent: (event) => view.show(event),
  });
  interruption.close();
  for (const warning of report.warnings) process.stderr.write(`${warning}\n`);
  return report.exitCode;
}

void main(process.argv[2] ?? "", process.argv[3] ?? "").then((code) => {
  process.exitCode = code;
});

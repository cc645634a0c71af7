import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readWritten, type Written, type WrittenObject } from "./shape";

const FOLDER = join(__dirname, "..", "..", "..", "test", "fixtures", "recorded");

/** An answer, recorded or given now. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Written;
}

/** The answers of a file by path or type of call, with their numbers as they were written. */
export function recordedAnswers(file: string): ReadonlyMap<string, Answer> {
  const answers = readWritten(readFileSync(join(FOLDER, file), "utf8")) as WrittenObject;
  return new Map(
    Object.entries(answers).map(([name, answer]) => {
      const { headers, body } = answer as WrittenObject;
      const status = Number((answer as { status: { source: string } }).status.source);
      return [name, { status, headers: headers as Record<string, string>, body: body ?? null }];
    }),
  );
}

/** The text of a recorded file. */
export function recordedText(file: string): string {
  return readFileSync(join(FOLDER, file), "utf8");
}

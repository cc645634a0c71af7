import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { validateXML } from "xmllint-wasm";
import { packageRoot } from "../../automation/layout";

const schema = readFileSync(path.join(packageRoot, "test", "unit", "junit.xsd"), "utf8");

/** Fails unless libxml2 finds the text valid by the schema of Jenkins' xunit plugin. */
export async function assertValidJunit(text: string): Promise<void> {
  const { valid, rawOutput } = await validateXML({
    xml: [{ fileName: "junit.xml", contents: text }],
    schema: [schema],
  });
  assert.ok(valid, rawOutput);
}

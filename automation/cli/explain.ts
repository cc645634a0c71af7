import { printable, show } from "../../config/wording";
import { nearTopics, topicKinds, topicsOf } from "../explain/explain";
import { topicText } from "../explain/text";
import { warn } from "./voice";

/**
 * `mesos-matrix explain WORD`: what a flag, rule, version, image or another thing is, since when and until when, and
 * where that stands. A word that means several things is told as all of them. Exit code 2 where it means nothing.
 */
export function explainCommand(word: string, { json }: { readonly json?: boolean }): number {
  const topics = topicsOf(word);
  if (topics.length === 0) {
    warn(unknown(word));
    return 2;
  }
  if (json === true) {
    process.stdout.write(`${JSON.stringify(topics, null, 2)}\n`);
    return 0;
  }
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  const text = topics.map((topic) => topicText(topic, width)).join("\n");
  process.stdout.write(text.split("\n").map(printable).join("\n"));
  if (topics.length > 1) {
    const ways = topics.map(({ kind }) => `${kind}:${printable(word)}`);
    warn(`it means ${topics.length} things; ask for one of them as ${ways.join(" or ")}`);
  }
  return 0;
}

function unknown(word: string): string {
  const near = nearTopics(word).map(({ kind, name }) => `${name} (${kind})`);
  const cure =
    near.length > 0
      ? `did you mean ${near.join(", ")}?`
      : `known are names of ${topicKinds.join(", ")}; a kind may stand before the name: rule:env-no-flag`;
  return `${show(word)} is nothing that is known here; ${cure}`;
}

import type { View } from "./events";
import { liveView } from "./live";
import { plainView } from "./plain";

/** How a run shows itself on standard error: a live window on a terminal, plain lines elsewhere and in CI. */
export function chooseView(): View {
  const { stderr } = process;
  const plain = !stderr.isTTY || (process.env.CI ?? "") !== "" || process.env.TERM === "dumb";
  return plain ? plainView((text) => stderr.write(text)) : liveView(stderr);
}

import type { CellEvent } from "../report/run-report";
import { moment, type Evidence, type LogLine, type NodeEvidence } from "./evidence";

/** What a line of a log is about. */
type Topic = "election" | "registration" | "offers" | "tasks" | "zookeeper" | "trouble";

interface Row {
  readonly roles: readonly NodeEvidence["plan"]["role"][];
  readonly topic: Topic;
  readonly pattern: RegExp;
}

const master = ["master"] as const;
const mesos = ["master", "agent"] as const;

/**
 * Lines of logs that are news for whoever wants to know what a cluster did; the first row that fits counts. Wording of
 * Mesos 0.20 to 1.11 (src/master/master.cpp, src/slave/slave.cpp, src/master/detector*) and of ZooKeeper 3.4 to 3.9.
 */
const rows: readonly Row[] = [
  {
    roles: mesos,
    topic: "trouble",
    pattern:
      /^(?:Failed to|EXIT |Recovery failed|Incompatible|No space left)|committing suicide|ENOSPC|EADDRINUSE/,
  },
  {
    roles: master,
    topic: "election",
    pattern:
      /Elected as the leading master|newly elected leader|[Rr]ecovered .*(?:registr|replica)|^Log replica recovered/,
  },
  {
    roles: mesos,
    topic: "election",
    pattern:
      /new leading master .*detected|^New master detected|^No leading master|^Lost (?:the )?(?:leading )?master|^Detecting new master/,
  },
  {
    roles: mesos,
    topic: "zookeeper",
    pattern:
      /^(?:Lost the connection to|Reconnected to) ZooKeeper|session (?:expired|is lost)|Lost leadership|Lost candidacy/,
  },
  {
    roles: mesos,
    topic: "registration",
    pattern:
      /^(?:Re-?)?[Rr]egistered (?:agent|slave|with|framework)|^Ignoring .*regist|^Subscribed framework|^Added framework|(?:Agent|Slave|agent|slave|Framework|framework) .* disconnected|^(?:Removing|Removed|Deactivating) (?:agent|slave|framework)|unreachable|^Refusing/,
  },
  {
    roles: master,
    topic: "offers",
    pattern: /^Sending .*offers? .*to framework|^Processing (?:ACCEPT|DECLINE) call/,
  },
  {
    roles: mesos,
    topic: "tasks",
    pattern:
      /^(?:Launching|Adding|Got assigned) task|[Ss]tatus update TASK_|^(?:Telling|Asked to kill|Killing) .*task/,
  },
  {
    roles: ["zookeeper"],
    topic: "zookeeper",
    pattern:
      /LEADER ELECTION TOOK|(?:LEADING|FOLLOWING)\b|binding to port|\bshutdown\b|Exiting|Too many connections/,
  },
];

const longestText = 300;
/** What the engine says that is no news: how a container is made is the plan's business. */
const engineNews: ReadonlySet<string> = new Set([
  "start",
  "die",
  "oom",
  "kill",
  "restart",
  "stop",
  "pause",
  "unpause",
]);

/** What happened in a cell, in the order of time: elections, registrations, offers, tasks, exits, the test. */
export function storyOf(evidence: Evidence): CellEvent[] {
  const told = [
    ...evidence.nodes.flatMap((node) => fromLog(node)),
    ...evidence.engine
      .filter(({ action }) => engineNews.has(action))
      .map(({ at, node, action, exitCode, signal }) => ({
        at: moment(at),
        source: node,
        text: `container: ${said(action, exitCode, signal)}`,
      })),
    ...fromTest(evidence),
  ];
  return merged(told.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)));
}

/** Two lists of events as one, in the order of time. */
export function inOrder(one: readonly CellEvent[], other: readonly CellEvent[]): CellEvent[] {
  return [...one, ...other].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** The first and the last of more events than `most`; what is left out is said where it is missing. */
export function shortened(events: readonly CellEvent[], most: number): CellEvent[] {
  if (events.length <= most) return [...events];
  const head = events.slice(0, Math.floor(most / 2));
  const tail = events.slice(events.length - (most - head.length - 1));
  const gap = events[head.length];
  const left = events.length - head.length - tail.length;
  return [
    ...head,
    { at: gap?.at ?? "", source: "story", text: `${left} more events, which story.txt has` },
    ...tail,
  ];
}

function fromLog({ plan, log }: NodeEvidence): CellEvent[] {
  return log.flatMap((line) => {
    const text = withoutPrefix(line.text);
    const row = rows.find(({ roles, pattern }) => roles.includes(plan.role) && pattern.test(text));
    if (row === undefined) return [];
    return [{ at: moment(line.at), source: plan.key, text: `${row.topic}: ${text.slice(0, longestText)}` }];
  });
}

/** What glog and log4j put before a message: level, time, thread and place. */
function withoutPrefix(text: string): string {
  return text
    .replace(/^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [^\]]*\] /, "")
    .replace(/^\d{4}-\d\d-\d\d[ T]\S+ .*?\b(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b.*? - /, "")
    .trim();
}

function said(action: string, exitCode: number | undefined, signal: string | undefined): string {
  if (action === "die") return `ends with exit code ${exitCode ?? "?"}`;
  if (action === "kill") return `gets signal ${signal ?? "?"}`;
  if (action === "oom") return "runs out of memory";
  return action === "start" ? "starts" : action;
}

function fromTest({ test }: Evidence): CellEvent[] {
  if (test === undefined) return [];
  const line = ({ at, text }: LogLine): CellEvent => ({
    at: moment(at),
    source: "test",
    text: text.slice(0, longestText),
  });
  return [
    { at: test.started, source: "test", text: "the test starts" },
    ...test.lines.map(line),
    { at: test.ended, source: "test", text: endOf(test.outcome) },
  ];
}

function endOf(outcome: NonNullable<Evidence["test"]>["outcome"]): string {
  if (outcome === undefined) return "the test could not be run";
  if (outcome.timedOut) return "the test is ended at its deadline";
  if (outcome.signal !== undefined) return `the test is ended by ${outcome.signal}`;
  return `the test ends with exit code ${outcome.code ?? "?"}`;
}

/** A node that says one thing again and again says it once, with the number of times. */
function merged(events: readonly CellEvent[]): CellEvent[] {
  const kept: { event: CellEvent; like: string; count: number }[] = [];
  for (const event of events) {
    const like = `${event.source} ${event.text.replace(/[0-9a-f]{8}-[0-9a-f-]{20,}\S*|\d+/g, "#")}`;
    const last = kept.at(-1);
    if (last?.like === like && event.source !== "test") last.count++;
    else kept.push({ event, like, count: 1 });
  }
  return kept.map(({ event, count }) =>
    count === 1 ? event : { ...event, text: `${event.text} (${count} times in a row)` },
  );
}

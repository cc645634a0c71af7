import { frameworkKey, rolesOf, type Framework, type MasterState } from "./model";

/** Members of the per-framework metrics. Source: FrameworkMetrics in src/master/metrics.cpp, the enums in include/mesos. */
const COUNTERS = [
  ...["calls", "events", "operations"],
  ...[
    ..."accept accept_inverse_offers acknowledge acknowledge_operation_status decline".split(" "),
    ..."decline_inverse_offers kill message reconcile reconcile_operations request revive".split(" "),
    ..."shutdown subscribe suppress teardown update_framework".split(" "),
  ].map((name) => `calls/${name}`),
  ...[
    ..."error failure heartbeat inverse_offers message offers rescind rescind_inverse_offer".split(" "),
    ..."subscribed update update_operation_status".split(" "),
  ].map((name) => `events/${name}`),
  ..."accepted declined rescinded sent".split(" ").map((name) => `offers/${name}`),
  ...[
    ..."create create_disk destroy destroy_disk grow_volume launch launch_group".split(" "),
    ..."reserve shrink_volume unreserve".split(" "),
  ].map((name) => `operations/${name}`),
  ..."dropped error failed finished gone gone_by_operator killed lost"
    .split(" ")
    .map((name) => `tasks/terminal/task_${name}`),
];

const ACTIVE = ["killing", "running", "staging", "starting", "unknown", "unreachable"];

/** `master/frameworks/<name>/<id>/...` of every framework that is registered or completed. From 1.7.0 on. */
export function frameworkMetrics(state: MasterState): Record<string, number> {
  return Object.fromEntries(
    [...state.frameworks.values(), ...state.completed].flatMap((framework) => ofOne(state, framework)),
  );
}

function ofOne(state: MasterState, framework: Framework): [string, number][] {
  const prefix = frameworkKey(framework);
  const tasks = [...framework.tasks.values(), ...framework.unreachableTasks];
  const subscribed = framework.connection !== undefined;
  return [
    ...COUNTERS.map((name): [string, number] => [
      `${prefix}${name}`,
      state.counters.get(`${prefix}${name}`) ?? 0,
    ]),
    ...ACTIVE.map((name): [string, number] => [
      `${prefix}tasks/active/task_${name}`,
      tasks.filter((task) => task.state.toLowerCase() === `task_${name}`).length,
    ]),
    [`${prefix}subscribed`, subscribed ? 1 : 0],
    ...rolesOf(framework).map((role): [string, number] => [
      `${prefix}roles/${role}/suppressed`,
      framework.suppressed.has(role) || !subscribed ? 1 : 0,
    ]),
  ];
}

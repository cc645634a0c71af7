/** The part of npm's untyped `mesos-framework` that the example uses. */
declare module "mesos-framework" {
  import type { EventEmitter } from "node:events";

  interface Task {
    priority: number;
    instances: number;
    commandInfo: object;
    resources: { cpus: number; mem: number; ports: number; disk: number };
  }

  interface SchedulerOptions {
    masterUrl: string;
    port: string;
    frameworkName: string;
    /** Seconds. */
    masterConnectionTimeout: number;
    restartStates: string[];
    logging: { path: string; fileName: string; level: string };
    tasks: Record<string, Task>;
  }

  export class Scheduler extends EventEmitter {
    constructor(options: SchedulerOptions);
    options: { masterUrl: string; port: string };
    /** The long-running request whose answer carries the events. */
    httpRequest: { destroy(): void };
    mesosStreamId: string | undefined;
    subscribe(): void;
    teardown(): void;
    /** Makes the next request go to `options.masterUrl` and `options.port`. */
    generateRequestTemplate(): void;
  }

  type Value = string | boolean | null;

  export const Mesos: {
    /** Mesos' protobuf messages; arguments are a message's fields in the order of their declaration. */
    getMesos(): { CommandInfo: new (...fields: Value[]) => object };
  };
}

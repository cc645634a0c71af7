/** What operators have set. It is gone with the leader: the registry keeps agents only. */
export interface OperatorState {
  readonly weights: Map<string, number>;
}

/** Nothing was set yet. */
export function newOperatorState(): OperatorState {
  return { weights: new Map() };
}

import type { NodeState, NodeSummary } from '../api/types.ts'

/** The states in which a node is in trouble, the worst first. What has exited or was never started is none: it may be meant to. */
export const troubleStates = [
  'dead',
  'unhealthy',
  'restarting',
  'paused',
] as const satisfies readonly NodeState[]

const states: ReadonlySet<string> = new Set(troubleStates)

/** Whether a node in this state is in trouble. */
export const isTrouble = (state: NodeState | undefined): state is NodeState =>
  state !== undefined && states.has(state)

/** Whether a node is in trouble, or one of those that it stands for. */
export const isInTrouble = ({ state }: { readonly state?: NodeState | undefined }): boolean =>
  isTrouble(state)

/** The states that a node has badges for: its own, or of one that stands for several, each in which one of them is in trouble. */
export const badgesOf = ({ state, trouble }: Pick<NodeSummary, 'state' | 'trouble'>): readonly NodeState[] =>
  trouble?.states.map((one) => one.state) ?? (state === undefined ? [] : [state])

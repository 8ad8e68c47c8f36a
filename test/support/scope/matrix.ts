import { expect } from 'vitest'
import type { Edge, NodeSummary, ProbeSummary, ViewDocument } from '../../../src/api/types.ts'
import { EVENTUALLY_MS, eventually } from '../eventually.ts'
import { killLeftPrograms } from '../machine/program.ts'
import type { Need } from '../machine/requirements.ts'
import { type RunningScope, startScope } from './running-scope.ts'

/** How connections are found. */
export type Mode = 'ebpf' | 'proc'

/** What a mode needs of the machine. */
export const needsOf: Readonly<Record<Mode, readonly Need[]>> = { ebpf: ['root', 'ebpf'], proc: ['root'] }

/** One end of an edge: a process by its pid, or a node by its id or its label. */
export type End = number | string

type Numbers = Partial<Pick<Edge, (typeof NUMBERS)[number]>>

/** An expected edge. Numbers that are left out may have any value. */
export interface ExpectedEdge extends Numbers {
  /** `processes` by default. */
  readonly view?: string
  readonly from: End
  readonly to: End
  readonly port: number
  /** Number of other edges from the source to that port; 0 by default. */
  readonly amongOthers?: number
}

const NUMBERS = ['open', 'opened', 'closed', 'failed', 'abandoned', 'bytesSent', 'bytesReceived'] as const

/** What a probe tells of tracing connections. */
export type Tracing = Readonly<Record<string, number>> & { readonly reason: string }

/** A running Scope whose edges are compared with exact expectations. */
export interface Matrix {
  readonly scope: RunningScope
  readonly hostId: string
  /** Node id of a process. */
  processId(pid: number): string
  /**
   * Waits until the edge has exactly these numbers and no more edges than expected lead from its source to that port.
   * In the mode `proc`, numbers that `/proc` does not have are not compared.
   *
   * @throws Error that shows the edges at both ends
   */
  edge(expected: ExpectedEdge, timeoutMs?: number): Promise<Edge>
  /** What the probe tells of tracing: its counters, and what there is to say. */
  tracing(): Promise<Tracing>
  /** All edges that touch a node now, in words. */
  edgesOf(end: End, view?: string): Promise<string>
  /**
   * Looks at a moment at which the app does not correct when the host's tracing began. It does that when a report took less time to
   * arrive than all before, and all times of the host move with it: so two times are the same if they are as long after `sinceMs`.
   *
   * @param look is repeated when the app has corrected it meanwhile
   * @returns what `look` found, and when tracing began, ms since 1970 on the app's clock
   */
  reckoned<T>(look: () => Promise<T>): Promise<{ readonly found: T; readonly sinceMs: number }>
  close(): Promise<void>
}

/**
 * How long to wait for an edge. Polling has a CPU budget, so it may take long on a machine that is busy with other
 * tests.
 */
const LOOK_MS: Readonly<Record<Mode, number>> = { ebpf: EVENTUALLY_MS, proc: 75_000 }

const nameOf = (view: ViewDocument, id: string): string => {
  const node: NodeSummary | undefined = view.nodes[id]
  return node ? `${node.label} [${node.labelMinor}] <${id}>` : `<${id}>`
}

const inWords = (view: ViewDocument, edges: readonly Edge[]): string =>
  edges
    .map(
      (e) =>
        `  ${nameOf(view, e.source)} → ${nameOf(view, e.target)} :${e.ports.join(',')} ${NUMBERS.map((n) => `${n} ${e[n]}`).join(' ')}`,
    )
    .join('\n') || '  none'

/**
 * Launches Scope in one mode.
 *
 * @param options of `scope launch`, besides the mode's; Docker is not watched by default
 */
export const openMatrix = async (
  mode: Mode,
  options: readonly string[] = ['--probe.docker=false'],
): Promise<Matrix> => {
  const scope = await startScope([...(mode === 'proc' ? ['--no-ebpf'] : []), ...options])
  const hostId = await eventually('the probe', async () => {
    const [probe] = await scope.get<ProbeSummary[]>('/api/probes')
    return probe?.hostId
  })
  const processId = (pid: number) => `${hostId};${pid}`
  const isAt = (view: ViewDocument, end: End, id: string): boolean =>
    typeof end === 'number' ? id === processId(end) : id === end || view.nodes[id]?.label === end

  const look = async ({
    view: name = 'processes',
    from,
    to,
    port,
    amongOthers = 0,
    ...numbers
  }: ExpectedEdge) => {
    const view = await scope.view(name)
    const all = Object.values(view.edges)
    const leaving = all.filter((e) => isAt(view, from, e.source) && e.ports.includes(port))
    const edge = leaving.find((e) => isAt(view, to, e.target))
    const asked = Object.entries(numbers).filter(([key]) => mode === 'ebpf' || key === 'open')
    const right =
      leaving.length === 1 + amongOthers &&
      edge !== undefined &&
      asked.every(([key, value]) => edge[key as keyof Edge] === value)
    const near = all.filter((e) =>
      [from, to].some((end) => isAt(view, end, e.source) || isAt(view, end, e.target)),
    )
    return { edge: right ? edge : undefined, near: () => inWords(view, near) }
  }

  return {
    scope,
    hostId,
    processId,
    edge: async (expected, timeoutMs = LOOK_MS[mode]) => {
      let near = () => '  none'
      try {
        return await eventually(
          'the edge',
          async () => {
            const looked = await look(expected)
            near = looked.near
            return looked.edge
          },
          timeoutMs,
        )
      } catch (cause) {
        throw new Error(`no edge ${JSON.stringify(expected)}; at its ends are\n${near()}`, { cause })
      }
    },
    tracing: async () => {
      const [probe] = await scope.get<ProbeSummary[]>('/api/probes')
      const connections = probe?.collectors.find(({ id }) => id === 'connections')
      if (!connections) throw new Error('no collector of connections')
      return { ...connections.counters, reason: connections.reason } as Tracing
    },
    edgesOf: async (end, name = 'processes') => {
      const view = await scope.view(name)
      const near = Object.values(view.edges).filter(
        (e) => isAt(view, end, e.source) || isAt(view, end, e.target),
      )
      return inWords(view, near)
    },
    reckoned: async (look) => {
      const since = async () => {
        const [probe] = await scope.get<ProbeSummary[]>('/api/probes')
        return probe?.collectors.find(({ id }) => id === 'connections')?.since
      }
      return eventually('a look without a correction', async () => {
        const before = await since()
        const found = await look()
        return before !== undefined && before === (await since()) && { found, sinceMs: Date.parse(before) }
      })
    },
    close: async () => {
      killLeftPrograms()
      await scope.stop()
    },
  }
}

/** Expects a number to be near another. @param tolerance largest deviation, as a share of `expected` */
export const expectAbout = (value: number, expected: number, tolerance: number): void => {
  expect(value).toBeGreaterThanOrEqual(expected * (1 - tolerance))
  expect(value).toBeLessThanOrEqual(expected * (1 + tolerance))
}

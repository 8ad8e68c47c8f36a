import { batch as atOnce, createMemo, createSignal } from 'solid-js'
import type { Controllable, ControllablesDocument } from '../../../src/api/control.ts'
import { Turns } from '../../../src/pacing/turns.ts'
import { fetchControllables, fetchMatching, type ShownView } from '../../data/controls.ts'
import { type ArgumentValues, argumentsOf, usualValues } from '../../domain/control/arguments.ts'
import {
  type BatchChoice,
  batchChoices,
  batchObstacle,
  type Fit,
  fitOf,
  leftOutWords,
  lookedAtAgain,
  type Step,
} from '../../domain/control/batch.ts'
import { failedWords } from '../../domain/control/run-words.ts'
import { count } from '../../domain/words/format.ts'
import { settings } from '../../settings.ts'
import { asRequestError } from '../app-info.ts'
import { carryOut } from './runs.ts'

/**
 * How far it is with acting on several nodes. `looking`: the app is asked which nodes there are. `choosing`: of these, and
 * what to do. `asking`: the app is asked for their state just now. `confirming`: the person is asked. Then it is done.
 */
export type BatchPhase = 'closed' | 'looking' | 'choosing' | 'asking' | 'confirming' | 'running' | 'over'

/** Acting on what a query selects, or on nodes that were marked. */
export interface Batch {
  readonly phase: () => BatchPhase
  /** What selected the nodes: the query, or how many were marked, in words. */
  readonly query: () => string
  /** Why the app could not be asked. */
  readonly failure: () => string | undefined
  /** The nodes. Once they are shown, none is added: what appears later is not acted on. */
  readonly nodes: () => readonly Controllable[]
  /** What is not listed, in words. */
  readonly leftOut: () => string | undefined
  readonly choices: () => readonly BatchChoice[]
  readonly choice: () => BatchChoice | undefined
  /** Whether the chosen control can be used on a node; undefined while none is chosen. */
  readonly fit: (nodeId: string) => Fit | undefined
  /** Whether a node is among those to act on. */
  readonly isChosen: (nodeId: string) => boolean
  /** The nodes to act on. */
  readonly chosen: () => readonly Controllable[]
  /** What the arguments of the chosen control are filled in with, the same for all nodes. */
  readonly values: () => ArgumentValues
  /** Why it cannot begin as it is chosen. */
  readonly obstacle: () => string | undefined
  /** How far it is with a node; undefined when it is not acted on. */
  readonly step: (nodeId: string) => Step | undefined
  readonly steps: () => readonly Step[]
  open(view: ShownView, query: string): Promise<void>
  /** The same for nodes that were marked, by id. */
  openMarked(view: ShownView, ids: readonly string[]): Promise<void>
  choose(controlId: string): void
  /** Fills in an argument of the chosen control. */
  fill(name: string, value: string): void
  toggle(nodeId: string): void
  toggleAll(): void
  /** Begins or, when the control takes a confirmation, asks for it. */
  proceed(): Promise<void>
  /** The person has agreed. */
  agree(): Promise<void>
  /** The person has not agreed. */
  back(): void
  /** Leaves those alone whose turn has not come. */
  stop(): void
  /** Does nothing while it runs. */
  close(): void
}

/** The state of acting on several nodes. */
export function createBatch(): Batch {
  const [phase, setPhase] = createSignal<BatchPhase>('closed')
  const [query, setQuery] = createSignal('')
  const [failure, setFailure] = createSignal<string>()
  const [listed, setListed] = createSignal<readonly Controllable[]>([])
  const [total, setTotal] = createSignal(0)
  const [gone, setGone] = createSignal<ReadonlySet<string>>(new Set())
  const [control, setControl] = createSignal<string>()
  const [values, setValues] = createSignal<ArgumentValues>({})
  const [excluded, setExcluded] = createSignal<ReadonlySet<string>>(new Set())
  const [steps, setSteps] = createSignal<ReadonlyMap<string, Step>>(new Map())
  let fetchNodes: (signal: AbortSignal) => Promise<ControllablesDocument>
  let asking: AbortController | undefined
  let running: AbortController | undefined
  let groups = 0

  const choices = createMemo(() => batchChoices(listed()))
  const choice = createMemo(() => choices().find(({ id }) => id === control()))
  const fits = createMemo(() => {
    const id = control()
    if (id === undefined) return new Map<string, Fit>()
    return new Map(listed().map((node) => [node.id, fitOf(gone().has(node.id) ? undefined : node, id)]))
  })
  const may = createMemo(() => listed().filter(({ id }) => fits().get(id)?.kind === 'may'))
  const chosen = createMemo(() => may().filter(({ id }) => !excluded().has(id)))
  const isOneOf = (id: string) => chosen().some((node) => node.id === id)
  const described = () => choice()?.control.arguments ?? []
  const obstacle = () =>
    batchObstacle(choice()?.control, chosen().length, values(), settings.controls.sessionsMost)

  const run = async () => {
    const id = control()
    const begun = chosen()
    const args = argumentsOf(described(), values())
    if (id === undefined || begun.length === 0) return
    groups += 1
    const group = `${id} ${Date.now()} ${groups}`
    running = new AbortController()
    const { signal } = running
    const turns = new Turns({
      atOnce: settings.controls.atOnce,
      mayWait: begun.length,
      refuse: () => new Error('stopped'),
    })
    const tell = (nodeId: string, step: Step) => setSteps((held) => new Map(held).set(nodeId, step))
    atOnce(() => {
      setSteps(new Map(begun.map((node) => [node.id, { state: 'waiting', words: '' } as const])))
      setPhase('running')
    })
    const actOn = async (node: Controllable) => {
      const fit = fits().get(node.id)
      if (signal.aborted || fit?.kind !== 'may') return tell(node.id, { state: 'left', words: 'not begun' })
      tell(node.id, { state: 'running', words: 'under way …' })
      try {
        tell(node.id, { state: 'done', words: await carryOut({ node, control: fit.control, args }, group) })
      } catch (error) {
        tell(node.id, { state: 'failed', words: failedWords(fit.control.human, asRequestError(error)) })
      }
    }
    const opens = choice()?.control.opens !== undefined
    await Promise.all(begun.map((node) => turns.run(() => actOn(node))))
    // What was opened is behind the dialog, and tells enough.
    const isAllDone = [...steps().values()].every(({ state }) => state === 'done')
    setPhase(opens && isAllDone ? 'closed' : 'over')
  }

  const lookAgain = async (signal: AbortSignal) => {
    const found = await fetchNodes(signal)
    if (signal.aborted) return
    const now = lookedAtAgain(listed(), found.nodes)
    atOnce(() => {
      setGone(now.gone)
      setListed(now.nodes)
    })
  }

  const begin = (next: BatchPhase) => {
    asking?.abort()
    asking = new AbortController()
    atOnce(() => {
      setPhase(next)
      setFailure(undefined)
    })
    return asking.signal
  }

  const start = async (text: string, fetch: typeof fetchNodes) => {
    if (phase() === 'running') return
    fetchNodes = fetch
    const signal = begin('looking')
    atOnce(() => {
      setQuery(text)
      setListed([])
      setTotal(0)
      setGone(new Set<string>())
      setControl(undefined)
      setExcluded(new Set<string>())
      setSteps(new Map())
    })
    try {
      const found = await fetchNodes(signal)
      if (signal.aborted) return
      atOnce(() => {
        setListed(found.nodes)
        setTotal(found.total)
        setPhase('choosing')
      })
    } catch (error) {
      if (!signal.aborted) setFailure(asRequestError(error).message)
    }
  }

  return {
    phase,
    query,
    failure,
    nodes: listed,
    leftOut: () => leftOutWords(listed().length, total()),
    choices,
    choice,
    fit: (nodeId) => fits().get(nodeId),
    isChosen: isOneOf,
    chosen,
    values,
    obstacle,
    step: (nodeId) => steps().get(nodeId),
    steps: () => [...steps().values()],
    open: (view, text) => start(text, (signal) => fetchMatching(view, text, signal)),
    openMarked: (view, ids) =>
      start(`${count(ids.length)} marked`, (signal) => fetchControllables(view, ids, signal)),
    choose(controlId) {
      atOnce(() => {
        setControl(controlId)
        setValues(usualValues(described()))
      })
    },
    fill: (name, value) => setValues((held) => ({ ...held, [name]: value })),
    toggle(nodeId) {
      setExcluded((held) => {
        const next = new Set(held)
        if (!next.delete(nodeId)) next.add(nodeId)
        return next
      })
    },
    toggleAll() {
      const isAll = chosen().length === may().length
      setExcluded(new Set(isAll ? listed().map(({ id }) => id) : []))
    },
    async proceed(): Promise<void> {
      if (phase() !== 'choosing' || chosen().length === 0 || obstacle() !== undefined) return
      if (choice()?.control.confirmation === undefined) return run()
      const signal = begin('asking')
      try {
        await lookAgain(signal)
        if (signal.aborted) return
        if (chosen().length > 0) {
          setPhase('confirming')
          return
        }
        atOnce(() => {
          setFailure('The nodes have changed meanwhile: none of them can be acted on any more.')
          setPhase('choosing')
        })
      } catch (error) {
        if (signal.aborted) return
        atOnce(() => {
          setFailure(`Who is connected now could not be found out: ${asRequestError(error).message}`)
          setPhase('confirming')
        })
      }
    },
    async agree() {
      if (phase() === 'confirming') await run()
    },
    back() {
      asking?.abort()
      if (phase() === 'asking' || phase() === 'confirming') setPhase('choosing')
    },
    stop: () => running?.abort(),
    close() {
      if (phase() === 'running') return
      asking?.abort()
      setPhase('closed')
    },
  }
}

import { setTimeout as pause } from 'node:timers/promises'
import type { Controllable, OfferedControl } from '../../../api/control.ts'
import { CommandError, UsageError } from '../../options/usage-error.ts'
import type { AppClient } from '../app/client.ts'
import type { ControlArguments } from '../arguments.ts'
import { counted, plural, type VerbDefinition, verbDefinitions } from '../verbs.ts'
import { bestOf, exactQuery, isPid } from './choose.ts'
import { describeNodes, nameOf } from './describe.ts'
import { similarNames } from './similar.ts'

/** A node, and the control that is to be used on it. */
export interface Target {
  readonly node: Controllable
  readonly control: OfferedControl
}

/** The query finds nothing that the control can be used on. */
export class NotFoundError extends CommandError {}

/** The query finds several nodes, and which one is meant was not told. */
export class SeveralError extends UsageError {
  readonly nodes: readonly Controllable[]

  constructor(message: string, nodes: readonly Controllable[]) {
    super(message)
    this.nodes = nodes
  }
}

/** How long what was done a moment ago may take until the app knows of it: a container that has just been stopped or made. */
const SETTLING_MS = 2000
const RETRY_MS = 250

/** What {@link findTargets} needs. */
export interface FindOptions {
  readonly app: Pick<AppClient, 'find' | 'hasNode'>
  readonly signal: AbortSignal
  /** Most nodes that may be acted on at once. */
  readonly most: number
  readonly nowMs: () => number
  /** See {@link ownProcesses}. */
  readonly ownPids: ReadonlySet<number>
}

type Wanted = Pick<ControlArguments, 'verb' | 'query' | 'control' | 'all'>

/**
 * Finds what a command is to act on: what is called exactly like the query, or has an id that begins with it; else what the query
 * finds. Looks again for a moment when there is nothing that could be acted on.
 *
 * @throws {CommandError} when nothing is found, or nothing that the control can be used on now
 * @throws {SeveralError} when one is wanted, and several are found
 */
export const findTargets = async (wanted: Wanted, options: FindOptions): Promise<readonly Target[]> => {
  const until = options.nowMs() + SETTLING_MS
  for (;;) {
    const found = await look(wanted, options)
    const targets = targetsAmong(found.nodes, wanted.control)
    if (targets.length > 0) return limited(targets, found.total - found.nodes.length, wanted, options.most)
    if (options.nowMs() >= until) throw await nothing(wanted, found.nodes, options)
    await pause(RETRY_MS, undefined, { signal: options.signal })
  }
}

const look = async ({ verb, query }: Wanted, { app, signal, ownPids }: FindOptions) => {
  const { view } = verbDefinitions[verb]
  const exact = exactQuery(query, view)
  if (exact !== undefined) {
    const { nodes, total } = await app.find(view, exact, signal)
    // Digits are a pid, and no text that is in the command line of another process.
    if (isPid(query, view)) return { nodes, total }
    const best = bestOf(query, others(nodes, view, ownPids))
    if (best.length > 0) return { nodes: best, total: best.length === nodes.length ? total : best.length }
    // What is called so is meant, also where it offers nothing, and not what else has its name in it.
    if (nodes.length === 0 && (await app.hasNode(view, exact, signal))) return { nodes: [], total: 0 }
  }
  const { nodes, total } = await app.find(view, query, signal)
  const left = others(nodes, view, ownPids)
  return { nodes: left, total: total - nodes.length + left.length }
}

/** Without the processes of this command itself, whose command lines have the query in them. */
const others = (
  nodes: readonly Controllable[],
  view: VerbDefinition['view'],
  ownPids: ReadonlySet<number>,
): readonly Controllable[] =>
  view === 'processes'
    ? nodes.filter(({ controls }) => !controls.some(({ nodeId }) => ownPids.has(pidIn(nodeId))))
    : nodes

/** Ids of processes are `<host>;<pid>`. */
const pidIn = (nodeId: string): number => Number(nodeId.slice(nodeId.lastIndexOf(';') + 1))

const targetsAmong = (nodes: readonly Controllable[], control: string): Target[] =>
  nodes.flatMap((node) => {
    const offered = node.controls.find(({ id }) => id === control)
    return offered === undefined ? [] : [{ node, control: offered }]
  })

const limited = (
  targets: readonly Target[],
  unlisted: number,
  { verb, query, all }: Wanted,
  most: number,
): readonly Target[] => {
  const { noun, done } = verbDefinitions[verb]
  const who = query === '' ? 'there are' : `"${query}" finds`
  const nodes = targets.map(({ node }) => node)
  if (!all && targets.length > 1) {
    const how = most === 1 ? 'name one of them' : 'name one of them, or take all with --all'
    throw new SeveralError(
      `${who} ${counted(targets.length, noun)} that can be ${done}; ${how}:\n${describeNodes(nodes)}`,
      nodes,
    )
  }
  if (unlisted > 0 || targets.length > most)
    throw new CommandError(
      `${who} ${counted(targets.length + unlisted, noun)}, more than can be ${done} at once (${most}); narrow the query`,
    )
  return targets
}

const nothing = async (
  wanted: Wanted,
  found: readonly Controllable[],
  { app, signal }: FindOptions,
): Promise<NotFoundError> => {
  const { verb, query } = wanted
  const { view, noun, done } = verbDefinitions[verb]
  if (found.length === 0) {
    const exact = exactQuery(query, view)
    if (exact !== undefined && (await app.hasNode(view, exact, signal)))
      return new NotFoundError(
        `nothing can be done to the ${noun} ${nameOf({ label: query })} now: it is part of Scope, or its probe allows no controls of its kind`,
      )
    const { nodes } = await app.find(view, '', signal)
    if (nodes.length === 0)
      return new NotFoundError(
        `no ${noun} matches "${query}": nothing can be done to any ${noun} of this map; see --probe.controls and --no-controls`,
      )
    const similar = similarNames(
      query,
      nodes.map(({ label }) => label),
    )
    const others =
      similar.length === 0 ? '' : `; similar: ${similar.map((name) => nameOf({ label: name })).join(', ')}`
    const hint =
      verb === 'exec' && /\s/.test(query)
        ? '; the command comes behind "--": scope exec QUERY -- COMMAND'
        : ''
    return new NotFoundError(`no ${noun} matches "${query}"${others}${hint}`)
  }
  const lines = found.slice(0, 10).map((node) => `  ${nameOf(node)}: ${offersText(node)}`)
  const what =
    found.length === 1
      ? `${noun} ${nameOf(found[0])}`
      : `none of the ${found.length} ${plural(noun)} that "${query}" finds`
  return new NotFoundError(
    `${what} can${found.length === 1 ? 'not' : ''} be ${done} now:\n${lines.join('\n')}`,
  )
}

const offersText = ({ controls }: Controllable): string =>
  controls.length === 0
    ? 'nothing can be done with it; see --probe.controls and --no-controls'
    : `it offers ${controls.map(({ human }) => human.toLowerCase()).join(', ')}`

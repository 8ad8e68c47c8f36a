import type { Controllable, OfferedControl } from '../../../src/api/control.ts'
import { count, plural } from '../words/format.ts'
import { type ArgumentValues, missingArgument } from './arguments.ts'

/** A control that can be used on several nodes at once. */
export interface BatchChoice {
  readonly id: string
  /** The control as one of the nodes offers it. */
  readonly control: OfferedControl
  /** On how many of the nodes whoever asks may use it now. */
  readonly nodes: number
}

/**
 * The controls that some of the nodes offer, by rank. Terminals are not among them, because nobody can type into several
 * at once.
 */
export function batchChoices(nodes: readonly Controllable[]): readonly BatchChoice[] {
  const choices = new Map<string, { control: OfferedControl; nodes: number }>()
  for (const { controls } of nodes) {
    for (const control of controls) {
      if (control.opens === 'terminal') continue
      const held = choices.get(control.id)
      const may = control.refused === undefined ? 1 : 0
      if (!held) choices.set(control.id, { control, nodes: may })
      else
        choices.set(control.id, { control: held.nodes > 0 ? held.control : control, nodes: held.nodes + may })
    }
  }
  return [...choices]
    .map(([id, choice]) => ({ id, ...choice }))
    .sort((a, b) => a.control.rank - b.control.rank || (a.id < b.id ? -1 : 1))
}

/** Whether a control can be used on a node: the control as it is offered there, with who is connected, or why not. */
export type Fit =
  | { readonly kind: 'may'; readonly control: OfferedControl; readonly clients: Controllable['clients'] }
  | { readonly kind: 'not'; readonly why: string }

/** Whether a control can be used on a node. @param node undefined when it no longer matches, or offers nothing any more */
export function fitOf(node: Controllable | undefined, controlId: string): Fit {
  if (node === undefined) return { kind: 'not', why: 'it has changed, or is gone' }
  const control = node.controls.find(({ id }) => id === controlId)
  if (control === undefined) return { kind: 'not', why: 'not offered now' }
  return control.refused === undefined
    ? { kind: 'may', control, clients: node.clients }
    : { kind: 'not', why: control.refused }
}

/**
 * Whether a control that was shown before can still be used on its node: not on another one that has the id since.
 *
 * @param node as it is now; undefined as for {@link fitOf}
 */
export function stillFits(node: Controllable | undefined, shown: OfferedControl): Fit {
  const fit = fitOf(node, shown.id)
  return fit.kind === 'may' && fit.control.incarnation !== shown.incarnation
    ? { kind: 'not', why: `it has ended, and another ${shown.kind} has its id now` }
    : fit
}

/** Whether a node is the one that was shown before, and not another one that has its id since. Both offer something. */
export function isSameNode(shown: Controllable, now: Controllable): boolean {
  return shown.controls[0]?.incarnation === now.controls[0]?.incarnation
}

/** How far it is with one of the nodes: `left` when the whole was stopped before its turn. */
export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'left'

/** How far it is with one of the nodes, and what came of it in words. */
export interface Step {
  readonly state: StepState
  readonly words: string
}

/** How far it is with all nodes: `4 of 9 done, 1 failed`. */
export function progressWords(steps: Iterable<Pick<Step, 'state'>>): string {
  const tally: Record<StepState, number> = { waiting: 0, running: 0, done: 0, failed: 0, left: 0 }
  let all = 0
  for (const { state } of steps) {
    tally[state] += 1
    all += 1
  }
  const parts = [`${count(tally.done)} of ${count(all)} done`]
  if (tally.failed > 0) parts.push(`${count(tally.failed)} failed`)
  if (tally.left > 0) parts.push(`${count(tally.left)} not begun`)
  if (tally.running + tally.waiting > 0) parts.push(`${count(tally.running)} under way`)
  return parts.join(', ')
}

/** What the button says that begins: `Stop 9 nodes`. */
export function batchWords(control: string, nodes: number): string {
  return `${control} ${plural(nodes, 'node')}`
}

/**
 * What is asked before a control is used on several nodes: `Stop 9 nodes?`, and what of its own confirmation is not the
 * question about one node.
 */
export function batchQuestion({ human, confirmation = '' }: OfferedControl, nodes: number): string {
  const [, more = ''] = confirmation.match(/^[^?]*\?\s*(.*)$/s) ?? ['', confirmation]
  return `${batchWords(human, nodes)}?${more === '' ? '' : ` ${more}`}`
}

/** What the list leaves out: `The first 500 of 1,200 are listed; narrow the filter to reach the others.` */
export function leftOutWords(listed: number, total: number): string | undefined {
  return total > listed
    ? `The first ${count(listed)} of ${count(total)} are listed; narrow the filter to reach the others.`
    : undefined
}

/**
 * What the app says now of the nodes that are listed. What was not listed before is passed over, also when it has the id of one.
 *
 * @returns the listed nodes, as they are now or were last, and the ids of those that are gone
 */
export function lookedAtAgain(
  listed: readonly Controllable[],
  found: readonly Controllable[],
): { readonly nodes: readonly Controllable[]; readonly gone: ReadonlySet<string> } {
  const byId = new Map(found.map((node) => [node.id, node]))
  const nowOf = (node: Controllable) => {
    const now = byId.get(node.id)
    return now && isSameNode(node, now) ? now : undefined
  }
  return {
    nodes: listed.map((node) => nowOf(node) ?? node),
    gone: new Set(listed.flatMap((node) => (nowOf(node) ? [] : [node.id]))),
  }
}

/**
 * Why a control cannot begin as it is chosen; undefined when it can.
 *
 * @param nodes on how many
 * @param sessionsMost on how many at once what opens something is used
 */
export function batchObstacle(
  control: OfferedControl | undefined,
  nodes: number,
  values: ArgumentValues,
  sessionsMost: number,
): string | undefined {
  if (control?.opens && nodes > sessionsMost) return `Of ${sessionsMost} nodes at most: choose fewer.`
  const missing = missingArgument(control?.arguments ?? [], values)
  return missing === undefined ? undefined : `${missing.label} is missing.`
}

/** What is said while it is chosen what to do, on which nodes. @param isChosen whether it is chosen what to do */
export function choosingWords(
  nodes: readonly unknown[],
  isChosen: boolean,
  obstacle: string | undefined,
): string {
  if (nodes.length === 0) return 'Nothing matches that can be acted on.'
  return obstacle ?? (isChosen ? 'What appears later is not acted on.' : '')
}

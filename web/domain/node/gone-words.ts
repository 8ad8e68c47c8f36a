import type { MapEvent } from '../../../src/api/types.ts'
import type { LeftOut } from '../views.ts'
import { ago } from '../words/time.ts'

/**
 * What a card says of a node that has gone, with the moment as its events tell it.
 *
 * @param label undefined when nothing is known of the node
 * @param events those of the node, newest first; undefined before they have been received
 */
export function goneWords(
  { id, label }: { readonly id: string; readonly label: string | undefined },
  events: readonly MapEvent[] | undefined,
  nowMs: number,
): string {
  const last = events?.find(({ kind, nodes }) => kind === 'gone' && nodes.some((node) => node.id === id))
  const name = label ?? last?.nodes.find((node) => node.id === id)?.label
  const known = label === undefined ? '' : ' What is shown is the last that was known.'
  if (name === undefined) return 'This node is not here: it has gone, or the options hide it.'
  if (!last) return `${name} is gone.${known}`
  const atMs = Date.parse(last.at)
  return `${name} went at ${new Date(atMs).toLocaleTimeString()}, ${ago(atMs, nowMs)}.${known}`
}

/**
 * What may have become of a node that the view does not have any more: `gone`, or `gone, stopped, or no longer matches`.
 *
 * @param filtered whether the view has a filter, which the node may only have ceased to match
 * @param leftOut what the options hide, which the node may only have become
 */
export function goneOrHidden(filtered: boolean, leftOut: readonly Pick<LeftOut, 'id' | 'what'>[]): string {
  const become = leftOut.filter(({ id }) => passing.has(id)).map(({ what }) => what)
  const others = filtered ? [...become, 'no longer matches'] : become
  const last = others.at(-1)
  return last === undefined ? 'gone' : `${['gone', ...others.slice(0, -1)].join(', ')}, or ${last}`
}

/** The groups of options by which a node is hidden for what it is at the moment. By the others it always is, or never. */
const passing: ReadonlySet<string> = new Set(['stopped', 'unconnected'])

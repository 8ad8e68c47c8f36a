import type { Edge } from '../../../src/api/types.ts'

/** What the view tells of an edge at a moment. */
export interface EdgeNow {
  /** Which edge it is. */
  readonly subject: string
  /** Undefined while the view has no such edge. */
  readonly edge: Edge | undefined
  /** Labels of its ends; undefined while the view has no such node. */
  readonly source: string | undefined
  readonly target: string | undefined
  /** The filter and the options that the view was asked for with, see `LiveContent`. */
  readonly asked: string
  /** Whether the view has been received. */
  readonly loaded: boolean
}

/** What was last known of an edge. */
export interface KnownEdge extends Omit<EdgeNow, 'loaded'> {
  /** With what the view was asked for when it last had the edge. */
  readonly asked: string
  /** Whether there are no connections any more; `maybe` where a filter may hide an end of them that no longer matches, or that has come back. */
  readonly gone: 'yes' | 'no' | 'maybe'
}

/** What is known of an edge, given what was: where the view no longer has it, the last that was known stays. */
export function nextKnownEdge(held: KnownEdge | undefined, { loaded, ...now }: EdgeNow): KnownEdge {
  if (held?.subject !== now.subject || now.edge) return { ...now, gone: 'no', ...labels(held, now) }
  const gone = loaded && held.edge ? nextGone(held, now.asked) : held.gone
  return { ...held, gone, ...labels(held, now) }
}

function nextGone({ gone, asked }: KnownEdge, askedNow: string): KnownEdge['gone'] {
  // What a filter shows is there without one, too.
  if (askedNow === withoutFilter(asked)) return 'yes'
  // What has come back since may be hidden by what is asked for now.
  return gone === 'yes' || askedNow === asked ? 'maybe' : gone
}

function withoutFilter(asked: string): string {
  const parameters = new URLSearchParams(asked)
  parameters.delete('q')
  const text = parameters.toString()
  return text && `?${text}`
}

function labels(
  held: KnownEdge | undefined,
  now: Omit<EdgeNow, 'loaded'>,
): Pick<EdgeNow, 'source' | 'target'> {
  const before = held?.subject === now.subject ? held : undefined
  return { source: now.source ?? before?.source, target: now.target ?? before?.target }
}

/** What a card says of an edge that the view does not have. */
export function awayWords({ edge, gone }: Pick<KnownEdge, 'edge' | 'gone'>): string {
  if (!edge) return whyAway.maybe
  return `${whyAway[gone]} What is shown is the last that was known.`
}

const whyAway: Readonly<Record<KnownEdge['gone'], string>> = {
  yes: 'There are no connections any more.',
  no: 'These connections are not here: the filter or the options hide an end of them.',
  maybe: 'These connections are not here: they have gone, or the filter or the options hide an end of them.',
}

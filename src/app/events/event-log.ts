import type { EventKind, MapEvent } from '../../api/types.ts'
import type { EventDraft } from '../../topology/events/draft.ts'
import { detached } from '../detached.ts'

/** Which events are meant; what is left out does not matter. */
export interface EventFilter {
  readonly kind?: readonly EventKind[] | undefined
  /** Id of a node that the event names. */
  readonly node?: string | undefined
  /** Only those with a smaller id. */
  readonly before?: number | undefined
  /** Only those with a larger id. */
  readonly after?: number | undefined
}

/** What there is at one moment. */
export interface EventLogState {
  /** Of the newest event; 0 before the first. */
  readonly lastId: number
}

/** Events found, newest first. */
export interface FoundEvents {
  /** Each as JSON. */
  readonly events: readonly string[]
  /** There are older ones that fit. */
  readonly more: boolean
}

const MAX_TEXT = 500
const MAX_LABEL = 200

interface KeptEvent {
  readonly id: number
  readonly kind: EventKind
  readonly nodes: readonly string[]
  readonly json: string
}

/** Bounds of an {@link EventLog}; older events are forgotten. */
export interface EventLogLimits {
  readonly events: number
  /** Of all events as JSON, in UTF-16 units. */
  readonly length: number
}

/** The newest events, each encoded once. */
export class EventLog {
  readonly #limits: EventLogLimits
  #length = 0
  /** Oldest first; their ids follow each other. */
  #kept: KeptEvent[] = []
  #state: EventLogState = { lastId: 0 }

  constructor(limits: EventLogLimits) {
    this.#limits = limits
  }

  /** The same object until an event comes. */
  get state(): EventLogState {
    return this.#state
  }

  /** @param drafts oldest first */
  add(drafts: readonly EventDraft[]): void {
    if (drafts.length === 0) return
    let { lastId } = this.#state
    for (const draft of drafts) {
      lastId += 1
      const event = keep(lastId, draft)
      this.#kept.push(event)
      this.#length += event.json.length
    }
    this.#forget()
    this.#state = { lastId }
  }

  /** The newest events that fit, at most `limit`. */
  find(filter: EventFilter, limit: number): FoundEvents {
    const { before = Number.POSITIVE_INFINITY, after = 0 } = filter
    const firstId = this.#state.lastId - this.#kept.length + 1
    const events: string[] = []
    for (let at = Math.min(before - firstId, this.#kept.length) - 1; at >= 0; at--) {
      const event = this.#kept[at]
      if (event === undefined || event.id <= after) break
      if (!fits(event, filter)) continue
      if (events.length === limit) return { events, more: true }
      events.push(event.json)
    }
    return { events, more: false }
  }

  #forget(): void {
    let count = 0
    for (const { json } of this.#kept) {
      if (this.#kept.length - count <= this.#limits.events && this.#length <= this.#limits.length) break
      this.#length -= json.length
      count += 1
    }
    if (count > 0) this.#kept = this.#kept.slice(count)
  }
}

const fits = (event: KeptEvent, { kind, node }: EventFilter): boolean =>
  (kind === undefined || kind.includes(event.kind)) && (node === undefined || event.nodes.includes(node))

/** Names may be as long as those who made them liked. */
const shortened = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text

const keep = (id: number, { atMs, kind, text, nodes, edge, count }: EventDraft): KeptEvent => {
  const event: MapEvent = {
    id,
    at: new Date(atMs).toISOString(),
    kind,
    text: shortened(text, MAX_TEXT),
    nodes: nodes.map((node) => ({ ...node, label: shortened(node.label, MAX_LABEL) })),
    ...(edge === undefined ? {} : { edge }),
    ...(count === undefined ? {} : { count }),
  }
  return { id, kind, nodes: nodes.map((node) => detached(node.id)), json: JSON.stringify(event) }
}

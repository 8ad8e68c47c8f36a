import type { EventKind, MapEvent } from '../../api/types.ts'
import type { EventDraft } from '../../topology/events/draft.ts'
import { detached } from '../detached.ts'

/** Which events to find. Fields that are absent do not restrict. */
export interface EventFilter {
  readonly kind?: readonly EventKind[] | undefined
  /** Only events that name the node with this id. */
  readonly node?: string | undefined
  /** Only events with a smaller id. */
  readonly before?: number | undefined
  /** Only events with a larger id. */
  readonly after?: number | undefined
}

/** State of the log at one moment. */
export interface EventLogState {
  /** Id of the newest event; 0 before the first. */
  readonly lastId: number
}

/** Events found, newest first. */
export interface FoundEvents {
  /** One JSON text per event. */
  readonly events: readonly string[]
  /** Whether older events also match. */
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

/** Limits of an {@link EventLog}; beyond them, the oldest events are dropped. */
export interface EventLogLimits {
  readonly events: number
  /** Total length of all events as JSON, in UTF-16 units. */
  readonly length: number
}

/** Keeps the newest events, each encoded as JSON once. */
export class EventLog {
  readonly #limits: EventLogLimits
  #length = 0
  /** Oldest first, with consecutive ids. */
  #kept: KeptEvent[] = []
  #state: EventLogState = { lastId: 0 }

  constructor(limits: EventLogLimits) {
    this.#limits = limits
  }

  /** The current state; the same object until an event is added. */
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

  /** The newest matching events, at most `limit`. */
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

/** Names come from outside and can have any length. */
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

import { createSignal, type JSX, onCleanup } from 'solid-js'
import type { EventsDocument } from '../../../src/api/types.ts'
import { goneWords } from '../../domain/node/gone-words.ts'
import { settings } from '../../settings.ts'
import type { Followed } from '../../state/follow.ts'

/** Props of {@link Gone}. */
export interface GoneProps {
  readonly nodeId: string
  /** Undefined when nothing is known of the node. */
  readonly label: string | undefined
  /** The events of the node. */
  readonly events: Followed<EventsDocument>
}

/** Says that the node of a card has gone, and since when. */
export function Gone(props: GoneProps): JSX.Element {
  const [nowMs, setNowMs] = createSignal(Date.now())
  const timer = window.setInterval(() => setNowMs(Date.now()), settings.data.agoMs)
  onCleanup(() => window.clearInterval(timer))
  return (
    <p class="card-note" role="status" data-testid="card-gone">
      {goneWords({ id: props.nodeId, label: props.label }, props.events.answer()?.events, nowMs())}
    </p>
  )
}

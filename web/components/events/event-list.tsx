import { createSignal, type JSX, onCleanup } from 'solid-js'
import type { MapEvent } from '../../../src/api/types.ts'
import { eventPlace, eventTone } from '../../domain/happening/events.ts'
import { ago } from '../../domain/words/time.ts'
import { settings } from '../../settings.ts'
import { Keyed } from '../keyed/keyed.tsx'
import './events.css'

/** Props of {@link EventList}. */
export interface EventListProps {
  /** Newest first. */
  readonly events: readonly MapEvent[]
  readonly onOpen: (event: MapEvent) => void
}

/** A list of events, each with how long ago it happened. A press shows the node or edge on the map. */
export function EventList(props: EventListProps): JSX.Element {
  const [nowMs, setNowMs] = createSignal(Date.now())
  const clock = window.setInterval(() => setNowMs(Date.now()), settings.data.agoMs)
  onCleanup(() => window.clearInterval(clock))
  return (
    <ul>
      <Keyed each={props.events} by={({ id, at }) => `${id} ${at}`}>
        {(event) => (
          <li data-tone={eventTone(event())}>
            <button
              type="button"
              class="event"
              data-testid="event"
              data-kind={event().kind}
              disabled={eventPlace(event()) === undefined}
              onClick={() => props.onOpen(event())}
            >
              <i class="dot" />
              <span class="event-text">{event().text}</span>
              <time datetime={event().at} title={new Date(event().at).toLocaleString()}>
                {ago(Date.parse(event().at), nowMs())}
              </time>
            </button>
          </li>
        )}
      </Keyed>
    </ul>
  )
}

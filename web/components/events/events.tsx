import { createEffect, createMemo, type JSX, Show } from 'solid-js'
import type { MapEvent } from '../../../src/api/types.ts'
import { byTime, eventTone, unseen } from '../../domain/happening/events.ts'
import { count, plural } from '../../domain/words/format.ts'
import type { Events as EventsState } from '../../state/events.ts'
import type { Disclosure } from '../../state/page/disclosure.ts'
import { EventList } from './event-list.tsx'
import './events.css'

/** Props of {@link Events}. */
export interface EventsProps {
  /** Whether its panel is open. It stays the same. */
  readonly panel: Disclosure
  readonly events: EventsState
  readonly onOpen: (event: MapEvent) => void
}

/** A button with the number of unseen events, which opens the list of events, newest first. */
export function Events(props: EventsProps): JSX.Element {
  const { panel } = props
  const fresh = createMemo(() => unseen(props.events.list()))
  const isAlarming = () => fresh().some((event) => eventTone(event) === 'fail')
  createEffect(() => {
    if (panel.isOpen() && fresh().length > 0) props.events.seeAll()
  })
  return (
    <div class="events" ref={panel.root}>
      <button
        type="button"
        class="health-line"
        data-testid="events-open"
        data-tone={isAlarming() ? 'fail' : undefined}
        aria-expanded={panel.isOpen()}
        onClick={() => panel.set(!panel.isOpen())}
      >
        Events
        <Show when={fresh().length > 0}>
          <span class="events-fresh" data-testid="events-fresh">
            {count(fresh().length)}
            <span class="for-readers"> {plural(fresh().length, 'new event')}</span>
          </span>
        </Show>
      </button>
      <Show when={panel.isOpen()}>
        <EventPanel
          events={props.events.list().events}
          onOpen={(event) => {
            panel.set(false)
            props.onOpen(event)
          }}
        />
      </Show>
    </div>
  )
}

function EventPanel(props: {
  readonly events: readonly MapEvent[]
  readonly onOpen: (event: MapEvent) => void
}): JSX.Element {
  return (
    <section class="health-panel events-panel surface" aria-label="Events" data-testid="events">
      <h2>Events</h2>
      <Show when={props.events.length > 0} fallback={<p class="events-none">Nothing has happened yet.</p>}>
        <EventList events={byTime(props.events)} onOpen={props.onOpen} />
      </Show>
    </section>
  )
}

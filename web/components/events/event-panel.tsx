import { type JSX, Show } from 'solid-js'
import type { MapEvent } from '../../../src/api/types.ts'
import { byTime } from '../../domain/happening/events.ts'
import { EventList } from './event-list.tsx'

/** The list of events, newest first. */
export function EventPanel(props: {
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

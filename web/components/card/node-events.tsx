import { type JSX, Show } from 'solid-js'
import type { EventsDocument, MapEvent } from '../../../src/api/types.ts'
import { byTime } from '../../domain/happening/events.ts'
import { count } from '../../domain/words/format.ts'
import { settings } from '../../settings.ts'
import type { Followed } from '../../state/follow.ts'
import { EventList } from '../events/event-list.tsx'
import { createFold } from './facts/fold.tsx'
import { Section } from './section.tsx'

/** Props of {@link NodeEvents}. */
export interface NodeEventsProps {
  readonly events: Followed<EventsDocument>
  readonly onOpen: (event: MapEvent) => void
}

/** The events of a node, newest first; nothing when there are none. */
export function NodeEvents(props: NodeEventsProps): JSX.Element {
  const events = () => byTime(props.events.answer()?.events ?? [])
  const fold = createFold(events, settings.card.eventsFirst)
  return (
    <Show when={events().length > 0}>
      <Section title="Events" total={events().length} testId="node-events">
        <div class="card-events">
          <EventList events={fold.shown()} onOpen={props.onOpen} />
        </div>
        <fold.Toggle />
        <Show when={props.events.answer()?.more}>
          <p class="table-note">The last {count(events().length)}.</p>
        </Show>
      </Section>
    </Show>
  )
}

import { createEffect, createMemo, type JSX, lazy, Show } from 'solid-js'
import type { MapEvent } from '../../../src/api/types.ts'
import { loadPart } from '../../data/load-part.ts'
import { eventTone, unseen } from '../../domain/happening/events.ts'
import { count, plural } from '../../domain/words/format.ts'
import type { Events as EventsState } from '../../state/events.ts'
import type { Disclosure } from '../../state/page/disclosure.ts'
import { OnceUsed } from '../once-used/once-used.tsx'
import './events.css'

const EventPanel = lazy(async () => ({
  default: (await loadPart(() => import('./event-panel.tsx'))).EventPanel,
}))

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
      <OnceUsed used={panel.isOpen()} load={EventPanel.preload}>
        <Show when={panel.isOpen()}>
          <EventPanel
            events={props.events.list().events}
            onOpen={(event) => {
              panel.set(false)
              props.onOpen(event)
            }}
          />
        </Show>
      </OnceUsed>
    </div>
  )
}

import { createSignal, onCleanup } from 'solid-js'
import { openEventStream } from '../data/live/event-stream.ts'
import { type EventList, noEvents, seeAll, takeEvents } from '../domain/happening/events.ts'
import { settings } from '../settings.ts'

/** The events of the map, kept up to date. */
export interface Events {
  readonly list: () => EventList
  /** Marks all events as seen. */
  seeAll(): void
}

/** Follows the stream of events. Its first frame has the latest events from before the page was opened. */
export function createEvents(): Events {
  const most = settings.data.eventsMost
  const [list, setList] = createSignal<EventList>(noEvents)
  const stream = openEventStream(most, {
    frame: (frame) => {
      if (frame.reset || frame.events.length > 0) setList((held) => takeEvents(held, frame, most))
    },
    // The state of the connection is shown by the stream of the view.
    state() {},
  })
  onCleanup(() => stream.close())
  return { list, seeAll: () => setList(seeAll) }
}

import { createSignal, onCleanup } from 'solid-js'
import { openEventStream } from '../data/event-stream.ts'
import { type EventList, noEvents, seeAll, takeEvents } from '../domain/events.ts'
import { settings } from '../settings.ts'

/** What happened, kept up to date. */
export interface Events {
  readonly list: () => EventList
  /** Somebody has looked at all there are. */
  seeAll(): void
}

/** Follows what happens from now on, and knows some of what happened before. */
export function createEvents(): Events {
  const most = settings.data.eventsMost
  const [list, setList] = createSignal<EventList>(noEvents)
  const stream = openEventStream(most, {
    frame: (frame) => {
      if (frame.reset || frame.events.length > 0) setList((held) => takeEvents(held, frame, most))
    },
    // The stream of the view tells how the connection is.
    state() {},
  })
  onCleanup(() => stream.close())
  return { list, seeAll: () => setList(seeAll) }
}

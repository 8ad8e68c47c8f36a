import { sightOf } from '../access/sight.ts'
import type { Handlers } from '../http/handlers.ts'
import { answerDocument } from '../http/sending/answer-document.ts'
import type { SharedTexts } from '../http/sending/shared-texts.ts'
import { requireUpgrade } from '../http/sockets/require-upgrade.ts'
import type { ChannelSource } from '../push/channel.ts'
import { parsePauseMs } from '../push/pause.ts'
import type { Push } from '../push/push.ts'
import type { EventFilter, EventLog, EventLogState } from './event-log.ts'

/** What {@link eventHandlers} needs. */
export interface EventHandlersOptions {
  readonly log: EventLog
  readonly push: Push
  readonly texts: SharedTexts
}

/** Handlers of `/api/events` and `/api/events/ws`. */
export const eventHandlers = ({
  log,
  push,
  texts,
}: EventHandlersOptions): Pick<Handlers, 'events' | 'eventsSocket'> => ({
  events: (c) => {
    const { limit, ...filter } = c.req.valid('query')
    const { events, more } = log.find(filter, limit)
    const json = `{"events":[${events.join(',')}],"more":${more},"lastId":${log.state.lastId}}`
    return answerDocument(c, texts.of(json))
  },

  eventsSocket: (c) => {
    const { limit, t, ...filter } = c.req.valid('query')
    const pauseMs = parsePauseMs(t)
    const what = `events ${JSON.stringify([limit, filter.kind, filter.node])}`
    const source = eventSource(log, filter, limit)
    const upgrade = requireUpgrade(c)
    const { remoteAddress } = c.env.incoming.socket
    push.checkRoom(remoteAddress)
    const sight = sightOf(c.get('authentication').subject)
    upgrade.accept = (socket) => push.attach(socket, remoteAddress, { what, sight, source, pauseMs })
    return c.body(null, 204)
  },
})

/**
 * The source of a channel of events.
 *
 * @param limit most events in the first frame
 */
export const eventSource = (
  log: EventLog,
  filter: EventFilter,
  limit: number,
): ChannelSource<EventLogState> => ({
  current: () => log.state,
  encodeEmpty: () => '{"events":[]}',
  encodeReset: ({ lastId }) => {
    const { events } = log.find({ ...filter, before: lastId + 1 }, limit)
    return `{"events":[${events.join(',')}],"reset":true}`
  },
  encodeChange: (before, now) => {
    const { events } = log.find(
      { ...filter, after: before.lastId, before: now.lastId + 1 },
      Number.POSITIVE_INFINITY,
    )
    return events.length === 0 ? undefined : `{"events":[${events.join(',')}]}`
  },
})
